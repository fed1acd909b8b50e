import { once } from "node:events";
import * as grpc from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { grpcClient, same, SERVICE, startGrpc, unary } from "../support/grpc.ts";
import { startHttp2Gateway } from "../support/http2-client.ts";
import { closedPort } from "../support/servers.ts";

type UnaryCall = grpc.ServerUnaryCall<Buffer, Buffer>;
type Reply = grpc.sendUnaryData<Buffer>;
type Both = grpc.ServerDuplexStream<Buffer, Buffer>;

describe.each(["h2c", "h2"] as const)("over %s", (protocol) => {
  test("unary: metadata, binary too, trailers and status both ways", async () => {
    const { client } = await startGrpc(
      {
        unary: (call: UnaryCall, reply: Reply) => {
          const head = new grpc.Metadata();
          head.set("x-head", String(call.metadata.get("x-told")[0]));
          head.set("x-head-bin", call.metadata.get("x-told-bin")[0] as Buffer);
          call.sendMetadata(head);
          const trailer = new grpc.Metadata();
          trailer.set("x-tail-bin", Buffer.from([0, 255, 10, 13]));
          reply(null, Buffer.concat([call.request, Buffer.from("!")]), trailer);
        },
      },
      protocol,
    );
    const metadata = new grpc.Metadata();
    metadata.set("x-told", "a b");
    metadata.set("x-told-bin", Buffer.from([1, 2, 0, 255]));
    const { error, value, head, status } = await unary(client, Buffer.from("hello"), metadata);
    expect([error, value?.toString(), status.code]).toEqual([null, "hello!", grpc.status.OK]);
    expect([head?.get("x-head"), head?.get("x-head-bin")]).toEqual([["a b"], [Buffer.from([1, 2, 0, 255])]]);
    expect(status.metadata.get("x-tail-bin")).toEqual([Buffer.from([0, 255, 10, 13])]);
  });

  test("messages larger than every window go through, in either direction", async () => {
    const { client } = await startGrpc(
      { unary: (call: UnaryCall, reply: Reply) => reply(null, call.request) },
      protocol,
    );
    const message = Buffer.alloc(2_000_000, "abcdefg");
    const { error, value } = await unary(client, message);
    expect([error, value?.equals(message)]).toEqual([null, true]);
  });

  test("bidirectional: each message is answered before the next is sent, and the last after the client has ended", async () => {
    const { client } = await startGrpc(
      {
        both: (call: Both) => {
          call.on("data", (message: Buffer) => call.write(message));
          call.on("end", () => {
            call.write(Buffer.from("bye"));
            call.end();
          });
        },
      },
      protocol,
    );
    const call = client.makeBidiStreamRequest(SERVICE.both.path, same, same, new grpc.Metadata());
    for (const message of ["a", "b", "c"]) {
      call.write(Buffer.from(message));
      const [answer] = (await once(call, "data")) as [Buffer];
      expect(answer.toString()).toBe(message);
    }
    const status = once(call, "status");
    call.end();
    expect(String(((await once(call, "data")) as [Buffer])[0])).toBe("bye");
    expect(((await status) as [grpc.StatusObject])[0].code).toBe(grpc.status.OK);
  });
});

test("an error of the service is its own, as a response of trailers alone", async () => {
  const { client, gateway } = await startGrpc({
    unary: (_call: UnaryCall, reply: Reply) =>
      reply({ code: grpc.status.FAILED_PRECONDITION, details: "not today: 100 % full" }),
  });
  const { status } = await unary(client, Buffer.from("x"));
  expect([status.code, status.details]).toEqual([grpc.status.FAILED_PRECONDITION, "not today: 100 % full"]);
  expect((await gateway.finishedCount(1)).record.failure).toBeNull();
});

test("client streaming and server streaming", async () => {
  const { client } = await startGrpc({
    up: (call: grpc.ServerReadableStream<Buffer, Buffer>, reply: Reply) => {
      let sum = 0;
      call.on("data", (message: Buffer) => (sum += message.length));
      call.on("end", () => reply(null, Buffer.from(String(sum))));
    },
    down: (call: grpc.ServerWritableStream<Buffer, Buffer>) => {
      for (let index = 0; index < 500; index++) call.write(Buffer.from(`${index}`));
      call.end();
    },
  });
  const sum = await new Promise<string>((resolve, reject) => {
    const call = client.makeClientStreamRequest(SERVICE.up.path, same, same, new grpc.Metadata(), (error, value) =>
      error === null ? resolve(String(value)) : reject(error),
    );
    for (let index = 0; index < 500; index++) call.write(Buffer.alloc(1000));
    call.end();
  });
  expect(sum).toBe("500000");
  const got: string[] = [];
  const down = client.makeServerStreamRequest(SERVICE.down.path, same, same, Buffer.alloc(0));
  for await (const message of down) got.push(String(message));
  expect(got).toEqual(Array.from({ length: 500 }, (_, index) => `${index}`));
});

test("a deadline goes on to the service, and when it passes the service sees the call cancelled", async () => {
  const told = Promise.withResolvers<boolean>();
  const cancelled = Promise.withResolvers<void>();
  const { client } = await startGrpc({
    unary: (call: UnaryCall) => {
      told.resolve(call.getDeadline() !== Infinity);
      call.on("cancelled", () => cancelled.resolve());
    },
  });
  const { status } = await unary(client, Buffer.from("x"), undefined, { deadline: Date.now() + 300 });
  expect(status.code).toBe(grpc.status.DEADLINE_EXCEEDED);
  expect(await told.promise).toBe(true);
  await cancelled.promise;
});

test("a client that cancels a stream ends the service's half too", async () => {
  const cancelled = Promise.withResolvers<void>();
  const { client } = await startGrpc({
    both: (call: Both) => {
      call.on("cancelled", () => cancelled.resolve());
      call.write(Buffer.from("here"));
    },
  });
  const call = client.makeBidiStreamRequest(SERVICE.both.path, same, same, new grpc.Metadata());
  call.on("error", () => {});
  await once(call, "data");
  call.cancel();
  await cancelled.promise;
});

test("failures of the gateway are statuses of gRPC", async () => {
  const nobody = await closedPort();
  const gateway = await startHttp2Gateway({
    routes: [
      { to: nobody, protocol: "h2c", path: "/test.Echo" },
      { to: [], protocol: "h2c", host: "empty.example" },
    ],
  });
  const { status } = await unary(grpcClient(gateway), Buffer.from("x"));
  expect([status.code, status.details]).toEqual([grpc.status.UNAVAILABLE, "The connection to the service failed."]);
  expect(status.metadata.get("x-request-id")).toHaveLength(1);
  const empty = grpcClient(gateway, { "grpc.default_authority": "empty.example" });
  expect((await unary(empty, Buffer.from("x"))).status.code).toBe(grpc.status.UNAVAILABLE);
  const lost = grpcClient(gateway, { "grpc.default_authority": "other.example" });
  expect((await unary(lost, Buffer.from("x"))).status.code).toBe(grpc.status.UNIMPLEMENTED);
});

test("a message above the limit of its route is RESOURCE_EXHAUSTED", async () => {
  const { gateway, upstream, client } = await startGrpc({
    unary: (call: UnaryCall, reply: Reply) => reply(null, call.request),
  });
  gateway.apply([{ to: upstream, protocol: "h2c", requestBodyLimit: 1000 }]);
  const { status } = await unary(client, Buffer.alloc(5000));
  expect([status.code, status.details]).toEqual([grpc.status.RESOURCE_EXHAUSTED, "The request body is too large."]);
  expect((await unary(client, Buffer.alloc(500))).status.code).toBe(grpc.status.OK);
});
