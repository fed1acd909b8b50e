import { connect, createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { connect as connectTls, type ConnectionOptions } from "node:tls";
import { describe, expect, onTestFinished, test } from "vitest";
import { readClientHello } from "../../../src/data-plane/listeners/client-hello.ts";

/** What OpenSSL sends first. */
async function helloOf(options: ConnectionOptions): Promise<Buffer> {
  const server = createServer();
  onTestFinished(() => void server.close());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  const client = connectTls({ socket, ...options });
  client.on("error", () => {});
  const [accepted] = (await once(server, "connection")) as [ReturnType<typeof connect>];
  accepted.on("error", () => {});
  let hello = Buffer.alloc(0);
  while (hello.length < 5 || hello.length < 5 + hello.readUInt16BE(3)) {
    hello = Buffer.concat([hello, ((await once(accepted, "data")) as [Buffer])[0]]);
  }
  client.destroy();
  accepted.destroy();
  return hello;
}

/** The same message, so many octets a record. */
function inRecords(hello: Buffer, size: number): Buffer {
  const message = hello.subarray(5);
  const records: Buffer[] = [];
  for (let at = 0; at < message.length; at += size) {
    const piece = message.subarray(at, at + size);
    const head = Buffer.from([22, 3, 1, 0, 0]);
    head.writeUInt16BE(piece.length, 3);
    records.push(head, piece);
  }
  return Buffer.concat(records);
}

const ASKED = { serverName: "Shop.Example", alpn: ["h2", "http/1.1"] };
const OPTIONS = { servername: "Shop.Example", ALPNProtocols: ["h2", "http/1.1"] };

test.for(["TLSv1.2", "TLSv1.3"] as const)("name and protocols of a client of %s", async (version) => {
  const hello = await helloOf({ ...OPTIONS, minVersion: version, maxVersion: version });
  expect(readClientHello(hello)).toEqual(ASKED);
  expect(readClientHello(Buffer.concat([hello, Buffer.from("early data")]))).toEqual(ASKED);
});

test("a client may say neither", async () => {
  expect(readClientHello(await helloOf({}))).toEqual({ serverName: null, alpn: [] });
});

test("cut anywhere there is more to come; in records of any size it is the same", async () => {
  const hello = await helloOf(OPTIONS);
  for (let end = 0; end < hello.length; end++) expect(readClientHello(hello.subarray(0, end))).toBeTypeOf("number");
  for (const size of [1, 2, 3, 7, 100]) {
    const records = inRecords(hello, size);
    expect(readClientHello(records)).toEqual(ASKED);
    expect(readClientHello(records.subarray(0, -1))).toBe(1);
  }
});

test("who sends it octet by octet, in records of one, has it read a few times and not for each", async () => {
  const records = inRecords(await helloOf(OPTIONS), 1);
  let readings = 0;
  for (let end = 1; ;) {
    readings += 1;
    const read = readClientHello(records.subarray(0, end));
    if (typeof read !== "number") {
      expect(read).toEqual(ASKED);
      break;
    }
    expect(read).toBeGreaterThan(0);
    end += read;
  }
  expect(records.length).toBeGreaterThan(1_000);
  expect(readings).toBeLessThan(70);
});

test("whatever octet is changed, it is read, or is not TLS, or waits for more", async () => {
  const hello = await helloOf(OPTIONS);
  for (let at = 0; at < hello.length; at++) {
    for (const value of [0, 1, 0x7f, 0xff]) {
      const changed = Buffer.from(hello);
      changed[at] = value;
      const read = readClientHello(changed);
      if (typeof read === "string") expect(read).toBe("not TLS");
    }
  }
});

describe("not TLS", () => {
  test.for([
    ["plain HTTP", Buffer.from("GET / HTTP/1.1\r\n")],
    ["another version", Buffer.from([22, 2, 0, 0, 5])],
    ["an alert", Buffer.from([21, 3, 3, 0, 2, 1, 0])],
    ["another message of the handshake", Buffer.from([22, 3, 3, 0, 4, 2, 0, 0, 0])],
    ["an empty record", Buffer.from([22, 3, 3, 0, 0])],
    ["a record that is too long", Buffer.from([22, 3, 3, 0x40, 1])],
    ["a message without anything in it", Buffer.from([22, 3, 3, 0, 4, 1, 0, 0, 0])],
  ] as const)("%s", ([, octets]) => {
    expect(readClientHello(octets)).toBe("not TLS");
  });
});
