import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Socket } from "node:net";
import * as grpc from "@grpc/grpc-js";
import { expect, onTestFinished, test } from "vitest";
import { plainGrpcClient, same, SERVICE, startGrpcServer, unary } from "../support/grpc.ts";
import { ACK, FRAME } from "../support/raw-http2.ts";
import { startDataPlane } from "../support/start-data-plane.ts";
import { Waiting } from "../support/waiting.ts";

type Both = grpc.ServerDuplexStream<Buffer, Buffer>;

const echo: grpc.UntypedServiceImplementation = {
  unary: (call: grpc.ServerUnaryCall<Buffer, Buffer>, reply: grpc.sendUnaryData<Buffer>) => reply(null, call.request),
  both: (call: Both) => {
    call.on("data", (message: Buffer) => call.write(message));
    call.on("end", () => call.end());
  },
};

/** Passes octets on, and counts the PINGs of either direction. */
async function countingPings(port: number) {
  const waiting = new Waiting();
  const counts = { asked: 0, answered: 0 };
  const pass = (from: Socket, to: Socket, count: () => void, flags: number): void => {
    const header = Buffer.from([0, 0, 8, FRAME.ping, flags, 0, 0, 0, 0]);
    from.on("error", () => to.destroy());
    from.on("end", () => to.end());
    from.on("data", (piece: Buffer) => {
      for (let at = piece.indexOf(header); at >= 0; at = piece.indexOf(header, at + 9)) count();
      to.write(piece);
      waiting.changed();
    });
  };
  const server = createServer((client) => {
    const gateway = connect(port, "127.0.0.1");
    pass(client, gateway, () => (counts.asked += 1), 0);
    pass(gateway, client, () => (counts.answered += 1), ACK);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port: http } = server.address() as AddressInfo;
  return { http, counts, until: (what: string, ready: () => boolean) => waiting.until(what, ready) };
}

test("a client in the clear: unary and bidirectional, and failures as statuses", async () => {
  const upstream = await startGrpcServer(echo);
  const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "h2c" }] });
  const client = plainGrpcClient(gateway);
  const message = Buffer.alloc(200_000, "abc");
  const { error, value } = await unary(client, message);
  expect([error, value?.equals(message)]).toEqual([null, true]);
  const call = client.makeBidiStreamRequest(SERVICE.both.path, same, same, new grpc.Metadata());
  for (const text of ["a", "b"]) {
    call.write(Buffer.from(text));
    expect(String(((await once(call, "data")) as [Buffer])[0])).toBe(text);
  }
  const status = once(call, "status");
  call.end();
  call.resume();
  expect(((await status) as [grpc.StatusObject])[0].code).toBe(grpc.status.OK);
  const lost = plainGrpcClient(gateway, { "grpc.default_authority": "other.example" });
  expect((await unary(lost, Buffer.from("x"))).status.code).toBe(grpc.status.UNIMPLEMENTED);
});

test("keepalive pings of a client are answered, with a call and without one, and are no misbehaviour", async () => {
  const upstream = await startGrpcServer(echo);
  const gateway = await startDataPlane({ routes: [{ to: upstream, protocol: "h2c" }] });
  const { http, counts, until } = await countingPings(gateway.http);
  const client = plainGrpcClient({ http }, { "grpc.keepalive_time_ms": 40, "grpc.keepalive_permit_without_calls": 1 });
  const call = client.makeBidiStreamRequest(SERVICE.both.path, same, same, new grpc.Metadata());
  call.write(Buffer.from("first"));
  await once(call, "data");
  await until("answers to pings in a call", () => counts.answered >= 4);
  call.write(Buffer.from("second"));
  expect(String(((await once(call, "data")) as [Buffer])[0])).toBe("second");
  const status = once(call, "status");
  call.end();
  call.resume();
  expect(((await status) as [grpc.StatusObject])[0].code).toBe(grpc.status.OK);
  const idle = counts.answered;
  await until("answers to pings without a call", () => counts.answered >= idle + 4);
  expect((await unary(client, Buffer.from("x"))).status.code).toBe(grpc.status.OK);
  expect(counts.asked).toBeGreaterThanOrEqual(8);
  expect(gateway.finished.map(({ record }) => record.failure)).toEqual([null, null]);
});
