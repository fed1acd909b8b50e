import { createSocket, type Socket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { onTestFinished } from "vitest";

/** Addresses of one family under one name, with their time to live in seconds. */
interface Records {
  readonly addresses: readonly string[];
  readonly ttl: number;
}

const A = 1;
const AAAA = 28;
const NAME_ERROR = 3;
const REFUSED = 5;

/** A name server on loopback that knows what it is told, and counts what it is asked. */
export class NameServer {
  /** Keyed "A name" and "AAAA name"; a name without any does not exist. */
  readonly records = new Map<string, Records>();
  /** "A name" for each question, in order. */
  readonly asked: string[] = [];
  /** While set, every question is refused. */
  broken = false;
  readonly #socket: Socket = createSocket("udp4");

  static async start(): Promise<NameServer> {
    const server = new NameServer();
    server.#socket.on("message", (query, from) => server.#socket.send(server.#answer(query), from.port, from.address));
    await new Promise<void>((resolve) => server.#socket.bind(0, "127.0.0.1", resolve));
    onTestFinished(() => void server.#socket.close());
    return server;
  }

  resolver(): Resolver {
    const resolver = new Resolver({ timeout: 1000, tries: 1 });
    resolver.setServers([`127.0.0.1:${this.#socket.address().port}`]);
    return resolver;
  }

  /** RFC 1035 §4: the question is repeated, names in answers point at it. */
  #answer(query: Buffer): Buffer {
    let end = 12;
    const labels: string[] = [];
    for (let size = query[end] ?? 0; size > 0; size = query[end] ?? 0) {
      labels.push(query.toString("latin1", end + 1, end + 1 + size));
      end += 1 + size;
    }
    const name = labels.join(".").toLowerCase();
    const type = query.readUInt16BE(end + 1);
    const kind = type === AAAA ? "AAAA" : type === A ? "A" : String(type);
    this.asked.push(`${kind} ${name}`);
    const found = this.broken ? undefined : this.records.get(`${kind} ${name}`);
    const known = this.records.has(`A ${name}`) || this.records.has(`AAAA ${name}`);
    const header = Buffer.from(query.subarray(0, 12));
    header.writeUInt16BE(0x8180 | (this.broken ? REFUSED : known ? 0 : NAME_ERROR), 2);
    header.writeUInt16BE(found?.addresses.length ?? 0, 6);
    header.writeUInt32BE(0, 8);
    const answers = (found?.addresses ?? []).map((address) => record(type, found?.ttl ?? 0, address));
    return Buffer.concat([header, query.subarray(12, end + 5), ...answers]);
  }
}

function record(type: number, ttl: number, address: string): Buffer {
  const data = type === AAAA ? ipv6(address) : Buffer.from(address.split(".").map(Number));
  const fixed = Buffer.alloc(12);
  fixed.writeUInt16BE(0xc00c, 0);
  fixed.writeUInt16BE(type, 2);
  fixed.writeUInt16BE(1, 4);
  fixed.writeUInt32BE(ttl, 6);
  fixed.writeUInt16BE(data.length, 10);
  return Buffer.concat([fixed, data]);
}

function ipv6(address: string): Buffer {
  const [head = "", tail] = address.split("::");
  const groups = (text: string): number[] =>
    text === ""
      ? []
      : text.split(":").flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]);
  const start = groups(head);
  const end = groups(tail ?? "");
  return Buffer.from([...start, ...Array<number>(16 - start.length - end.length).fill(0), ...end]);
}
