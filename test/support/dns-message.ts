/** Addresses of one family under one name, with their time to live in seconds. */
export interface Records {
  readonly addresses: readonly string[];
  readonly ttl: number;
}

/** What a query asks, RFC 1035 §4.1.2. */
export interface Question {
  /** "A" or "AAAA"; a number for anything else. */
  readonly kind: string;
  /** Lower case, without a dot at its end. */
  readonly name: string;
  /** Where the question ends in the message. */
  readonly end: number;
}

export const NO_ERROR = 0;
export const SERVER_FAILURE = 2;
export const NAME_ERROR = 3;
export const REFUSED = 5;

const A = 1;
const AAAA = 28;

export function questionOf(query: Buffer): Question {
  let end = 12;
  const labels: string[] = [];
  for (let size = query[end] ?? 0; size > 0; size = query[end] ?? 0) {
    labels.push(query.toString("latin1", end + 1, end + 1 + size));
    end += 1 + size;
  }
  const type = query.readUInt16BE(end + 1);
  return {
    kind: type === AAAA ? "AAAA" : type === A ? "A" : String(type),
    name: labels.join(".").toLowerCase(),
    end: end + 5,
  };
}

/** RFC 1035 §4: the question is repeated, names in answers point at it. @param truncated whoever asks is to ask again over TCP */
export function answerTo(query: Buffer, code: number, found: Records | undefined, truncated = false): Buffer {
  const { kind, end } = questionOf(query);
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8180 | (truncated ? 0x200 : 0) | code, 2);
  header.writeUInt16BE(truncated ? 0 : (found?.addresses.length ?? 0), 6);
  header.writeUInt32BE(0, 8);
  const answers = truncated
    ? []
    : (found?.addresses ?? []).map((address) => record(kind === "AAAA" ? AAAA : A, found?.ttl ?? 0, address));
  return Buffer.concat([header, query.subarray(12, end), ...answers]);
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
