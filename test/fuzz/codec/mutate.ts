import type { Random } from "../random.ts";

/** Octets that parsers treat in some way of their own. */
const SPECIAL = Buffer.from('\r\n\t\0 :,;="\\/%#?*@[]+-_0159aAfFxX\x0b\x0c\x7f\x80\x85\xa0\xff', "latin1");

/** Words of the protocol; crossed with everything, they reach what single octets seldom do. */
const WORDS: readonly string[] = [
  ..."GET |HEAD |POST |PUT |OPTIONS |PRI * HTTP/2.0\r\n\r\n|CONNECT |TRACE |QUERY | HTTP/1.1\r\n| HTTP/1.0\r\n|HTTP/1.1 200 OK\r\n".split(
    "|",
  ),
  ..."HTTP/1.1 100 Continue\r\n\r\n|HTTP/1.1 101 Switching Protocols\r\n|HTTP/1.1 103 Early Hints\r\n\r\n|HTTP/1.1 204 \r\n|HTTP/1.0 200\r\n".split(
    "|",
  ),
  ..."Host: a\r\n|Host: [::1]:80\r\n|Host: a:\r\n|Content-Length: 5\r\n|Content-Length: 0\r\n|Content-Length: 00005\r\n|Content-Length:".split(
    "|",
  ),
  ..."Transfer-Encoding: chunked\r\n|Transfer-Encoding: gzip, chunked\r\n|Transfer-Encoding:|Connection: close\r\n|Connection: ".split(
    "|",
  ),
  ..."keep-alive|Connection: upgrade\r\n|Upgrade: foo\r\n|Upgrade: websocket\r\n|Upgrade: h2c\r\n|Sec-WebSocket-Version: 13\r\n".split(
    "|",
  ),
  "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
  ..."Expect: 100-continue\r\n|TE: trailers\r\n|Trailer: X\r\n|X-Forwarded-For: 1\r\n|X_Y: 1\r\n|Cookie: a\r\n|\r\n|\r\n\r\n|\n|\r|0\r\n\r\n".split(
    "|",
  ),
  ...'5\r\nhello\r\n|5;a=b\r\nhello\r\n|5;a="\\""\r\n|fffffffffffff|10000000000000000|0;a\r\nX: 1\r\n\r\n|http://a/|/../|%2f|%00|;|chunked'.split(
    "|",
  ),
];

type Mutation = (random: Random, input: Buffer, other: Buffer) => Buffer;

const MUTATIONS: readonly Mutation[] = [
  // One octet: another bit, another octet, one of the special ones.
  (random, input) => replace(input, place(random, input), (octet) => octet ^ (1 << random.int(8))),
  (random, input) => replace(input, place(random, input), () => random.int(256)),
  (random, input) => replace(input, place(random, input), () => random.pick([...SPECIAL])),
  (random, input) => splice(input, place(random, input), 0, Buffer.from([random.pick([...SPECIAL])])),
  (random, input) => splice(input, place(random, input), 1, EMPTY),
  // A range: gone, doubled, often, copied elsewhere.
  (random, input) => splice(input, place(random, input), 1 + random.int(20), EMPTY),
  (random, input) => {
    const from = place(random, input);
    const range = input.subarray(from, from + 1 + random.int(60));
    return splice(input, place(random, input), 0, range);
  },
  (random, input) => {
    const from = place(random, input);
    const range = input.subarray(from, from + 1 + random.int(8));
    return splice(input, from, 0, Buffer.concat(Array.from({ length: 1 + random.int(120) }, () => range)));
  },
  // Words: put in, written over; a line doubled, gone, or moved.
  (random, input) => splice(input, place(random, input), 0, Buffer.from(random.pick(WORDS), "latin1")),
  (random, input) => splice(input, lineStart(random, input), 0, Buffer.from(random.pick(WORDS), "latin1")),
  (random, input) => {
    const word = Buffer.from(random.pick(WORDS), "latin1");
    return splice(input, place(random, input), word.length, word);
  },
  (random, input) => splice(input, lineStart(random, input), 0, line(input, lineStart(random, input))),
  (random, input) => {
    const at = lineStart(random, input);
    return splice(input, at, line(input, at).length, EMPTY);
  },
  // A number: another.
  (random, input) => {
    const text = input.toString("latin1");
    const numbers = [...text.matchAll(/[0-9a-f]+/gi)];
    if (numbers.length === 0) return input;
    const { index, 0: digits } = random.pick(numbers);
    const others = [
      Number.parseInt(digits, 10) + 1,
      Number.parseInt(digits, 10) - 1,
      `0${digits}`,
      random.int(300),
      "9007199254740993",
    ];
    return splice(input, index, digits.length, Buffer.from(String(random.pick(others))));
  },
  // Another input: behind this one, or the second half of it.
  (_random, input, other) => Buffer.concat([input, other]),
  (random, input, other) =>
    Buffer.concat([input.subarray(0, place(random, input)), other.subarray(place(random, other))]),
  (random, input, other) =>
    Buffer.concat([input.subarray(0, lineStart(random, input)), other.subarray(lineStart(random, other))]),
];

const EMPTY = Buffer.alloc(0);
/** Longer inputs are slower, and say nothing more. */
export const LONGEST = 4_096;

/** One to six changes. @param other an input to cross it with */
export function mutate(random: Random, input: Buffer, other: Buffer): Buffer {
  let changed = input;
  for (let left = random.pick([1, 1, 1, 2, 3, 6]); left > 0; left--)
    changed = random.pick(MUTATIONS)(random, changed, other);
  return changed.subarray(0, LONGEST);
}

function place(random: Random, input: Buffer): number {
  return random.int(input.length + 1);
}

function lineStart(random: Random, input: Buffer): number {
  return input.lastIndexOf("\n", place(random, input)) + 1;
}

function line(input: Buffer, from: number): Buffer {
  const end = input.indexOf("\n", from);
  return input.subarray(from, end < 0 ? input.length : end + 1);
}

function splice(input: Buffer, at: number, remove: number, insert: Buffer): Buffer {
  return Buffer.concat([input.subarray(0, at), insert, input.subarray(at + remove)]);
}

function replace(input: Buffer, at: number, change: (octet: number) => number): Buffer {
  const copy = Buffer.from(input);
  if (at < copy.length) copy[at] = change(copy[at] as number);
  return copy;
}
