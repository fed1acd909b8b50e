import { describe, expect, test } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
import { startStreams } from "../support/start-streams.ts";
import { UdpPeer } from "../support/udp-peer.ts";

describe("a client of a UDP service", () => {
  test("keeps its endpoint; each client has its own answers", async () => {
    const servers = [await UdpPeer.echo("a"), await UdpPeer.echo("b")];
    const gateway = await startStreams([{ protocol: "udp", to: servers }]);
    const port = gateway.port("udp 0");
    const clients = [await UdpPeer.open(), await UdpPeer.open()];
    for (const [index, client] of clients.entries()) {
      const first = await client.send(`1 of ${index}`, port).untilReceived(1);
      const second = await client.send(`2 of ${index}`, port).untilReceived(2);
      expect(first.slice(1)).toBe(`:1 of ${index}`);
      expect(second).toBe(first.replace("1 of", "2 of"));
    }
    expect(clients[0]?.received[0]?.[0]).not.toBe(clients[1]?.received[0]?.[0]);
    expect(gateway.dataPlane.connectionCount).toBe(2);
  });

  test("may be answered often, and unasked while it is known", async () => {
    const server = await UdpPeer.open((datagram, from, socket) => {
      for (let count = 0; count < 3; count += 1) socket.send(`${datagram} ${count}`, from.port, from.address);
    });
    const gateway = await startStreams([{ protocol: "udp", to: [server] }]);
    const client = await UdpPeer.open();
    await client.send("x", gateway.port("udp 0")).untilReceived(3);
    expect(client.received.toSorted()).toEqual(["x 0", "x 1", "x 2"]);
  });

  test("is forgotten when nothing has moved for a minute, with one record", async () => {
    const clock = new ManualClock();
    const gateway = await startStreams([{ protocol: "udp", to: [await UdpPeer.echo("a")] }], { clock });
    const client = await UdpPeer.open();
    await client.send("12345", gateway.port("udp 0")).untilReceived(1);
    clock.advance(59_000);
    await client.send("6", gateway.port("udp 0")).untilReceived(2);
    clock.advance(59_000);
    expect(gateway.finished).toEqual([]);
    clock.advance(2_500);
    expect(await gateway.finishedCount(1)).toMatchObject({
      fromClient: 6,
      fromUpstream: 10,
      failure: null,
      attempts: 1,
    });
    expect(gateway.dataPlane.connectionCount).toBe(0);
    await client.send("7", gateway.port("udp 0")).untilReceived(3);
  });

  test("is forgotten for another when there are too many: the one that was quiet longest", async () => {
    const limits = { udpSessions: 2 };
    const gateway = await startStreams([{ protocol: "udp", to: [await UdpPeer.echo("a")] }], { limits });
    const port = gateway.port("udp 0");
    const [first, second, third] = [await UdpPeer.open(), await UdpPeer.open(), await UdpPeer.open()];
    await first.send("first", port).untilReceived(1);
    await second.send("second!", port).untilReceived(1);
    await first.send("again", port).untilReceived(2);
    await third.send("third", port).untilReceived(1);
    expect(await gateway.finishedCount(1)).toMatchObject({ fromClient: "second!".length });
    expect(gateway.dataPlane.connectionCount).toBe(2);
  });

  test("has another endpoint after one where nobody listens, which is ejected in the end", async () => {
    const changes: string[] = [];
    const dead = await UdpPeer.open();
    dead.close();
    const options = {
      onHealthChange: ({ kind, endpoint }: { kind: string; endpoint: string }) =>
        void changes.push(`${kind} ${endpoint}`),
    };
    const live = await UdpPeer.echo("a");
    const gateway = await startStreams([{ protocol: "udp", to: [dead, live] }], options);
    for (let failures = 0; failures < 5;) {
      const client = await UdpPeer.open();
      client.send("x", gateway.port("udp 0"));
      const done = gateway.finished.length;
      // Either it is answered, or the system says that nobody is there.
      await Promise.race([client.untilReceived(1), gateway.finishedCount(done + 1)]);
      failures = gateway.finished.filter(({ failure }) => failure === "connect_failed").length;
    }
    expect(changes).toEqual([`ejected 127.0.0.1:${dead.port}`]);
    const client = await UdpPeer.open();
    expect(await client.send("y", gateway.port("udp 0")).untilReceived(1)).toBe("a:y");
  });

  test("without any endpoint its datagrams are dropped, and it is told why", async () => {
    const gateway = await startStreams([{ protocol: "udp", to: [] }]);
    (await UdpPeer.open()).send("x", gateway.port("udp 0"));
    expect(await gateway.finishedCount(1)).toMatchObject({ failure: "no_endpoints", attempts: 0 });
  });
});

describe("a change of the snapshot", () => {
  test("leaves clients on an endpoint that remains, and moves those of one that is gone", async () => {
    const [a, b] = [await UdpPeer.echo("a"), await UdpPeer.echo("b")];
    const gateway = await startStreams([{ protocol: "udp", to: [a] }]);
    const port = gateway.port("udp 0");
    const client = await UdpPeer.open();
    expect(await client.send("1", port).untilReceived(1)).toBe("a:1");
    gateway.apply({ protocol: "udp", to: [a, b] });
    for (let count = 2; count < 6; count += 1) {
      expect(await client.send(`${count}`, port).untilReceived(count)).toBe(`a:${count}`);
    }
    gateway.apply({ protocol: "udp", to: [b] });
    expect(gateway.port("udp 0")).toBe(port);
    expect(await client.send("6", port).untilReceived(6)).toBe("b:6");
    gateway.apply();
    await gateway.finishedCount(2);
    expect(gateway.dataPlane.connectionCount).toBe(0);
  });
});

test("draining takes no new clients, and waits for answers that are due", async () => {
  let answer = (): void => {};
  const server = await UdpPeer.open((datagram, from, socket) => {
    answer = () => socket.send(`${datagram}!`, from.port, from.address);
  });
  const gateway = await startStreams([{ protocol: "udp", to: [server] }]);
  const port = gateway.port("udp 0");
  const client = await UdpPeer.open();
  client.send("x", port);
  await server.untilReceived(1);
  let drained = false;
  const draining = gateway.dataPlane.drain(60_000).then(() => (drained = true));
  (await UdpPeer.open()).send("late", port);
  await new Promise((resolve) => setImmediate(resolve));
  expect(drained).toBe(false);
  answer();
  expect(await client.untilReceived(1)).toBe("x!");
  await draining;
  expect(server.received).toEqual(["x"]);
});
