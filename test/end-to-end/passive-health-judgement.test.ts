import { expect, test } from "vitest";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream, type UpstreamScript } from "../support/recording-upstream.ts";
import { ask, askOften, endpoint, fillPool, start } from "../support/judged-endpoints.ts";

test("responses that are cut off eject, though each began well", async () => {
  const cutting = await RecordingUpstream.start({
    onRequest: (request) => {
      request.connection.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
      request.connection.end();
      return null;
    },
  });
  const { gateway, changes } = await start(cutting, await RecordingUpstream.start());
  const answers = await askOften(gateway, 30);
  expect(answers.filter((status) => status === 0).length).toBe(5);
  expect(changes).toMatchObject([{ kind: "ejected", failure: "upstream_truncated" }]);
});

test("a body that ends with its connection is complete", async () => {
  const ending = await RecordingUpstream.start({
    onRequest: (request) => {
      request.connection.write("HTTP/1.1 200 OK\r\n\r\nhello");
      request.connection.end();
      return null;
    },
  });
  const { gateway, changes } = await start(ending, await RecordingUpstream.start());
  expect(new Set(await askOften(gateway, 20))).toEqual(new Set([200]));
  expect([changes, endpoint(gateway, ending).failures]).toEqual([[], 0]);
});

test("an answer is an answer, whatever its status", async () => {
  const failing = await RecordingUpstream.start({
    onRequest: () => "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n",
  });
  const { gateway, changes } = await start(failing, await RecordingUpstream.start());
  expect((await askOften(gateway, 40)).filter((status) => status === 503).length).toBe(20);
  expect(changes).toEqual([]);
});

test("clients that leave say nothing about an endpoint", async () => {
  let arrived = (): void => {};
  const script: UpstreamScript = {
    onRequest: () => {
      arrived();
      return null;
    },
  };
  const [one, two] = [await RecordingUpstream.start(script), await RecordingUpstream.start(script)];
  const { gateway, changes } = await start(one, two);
  for (let count = 1; count <= 20; count++) {
    const arrival = new Promise<void>((resolve) => (arrived = resolve));
    const client = await RawClient.open(gateway.http);
    client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
    await arrival;
    client.reset();
    expect((await gateway.finishedCount(count)).record.failure).toBe("client_closed");
  }
  expect([changes, endpoint(gateway, one).failures, endpoint(gateway, two).failures]).toEqual([[], 0, 0]);
});

test("pooled connections that were closed meanwhile say nothing either", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => {
      if (request.target !== "/hold") request.connection.reset();
      return null;
    },
  });
  const { gateway } = await start(upstream);
  await fillPool(gateway, upstream, 6);
  for (let count = 0; count < 6; count++) expect(await ask(gateway, "/x", "POST")).toBe(502);
  expect(endpoint(gateway, upstream).failures).toBe(0);
  expect(await ask(gateway, "/x", "POST")).toBe(502);
  expect(endpoint(gateway, upstream).failures).toBe(1);
});

test("an upgrade is a success", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: (request) => {
      if (request.target === "/tunnel")
        return "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n";
      request.connection.reset();
      return null;
    },
  });
  const { gateway } = await start(upstream);
  for (let count = 0; count < 4; count++) expect(await ask(gateway)).toBe(502);
  const client = await RawClient.open(gateway.http);
  client.write("GET /tunnel HTTP/1.1\r\nHost: test.example\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
  expect((await client.response()).status).toBe(101);
  expect(endpoint(gateway, upstream)).toMatchObject({ failures: 0, active: 0, idle: 0 });
});
