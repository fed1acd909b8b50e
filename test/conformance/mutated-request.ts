// Valid requests with one to three faults of the kinds that smuggling is made of; behind each, a request that must stay itself.
// In: nothing. Out: octets, as latin1 text. Never: a judgement of them.
import * as fc from "fast-check";
import { HOST } from "./case.ts";
import { DISGUISES, LENGTHS } from "./disguises.ts";

/** Ends every target; who sends more than one puts a number of four octets in its place, so that each answer tells whose it is. */
export const NUMBER = "0000";
const SMUGGLED = get("smuggled");
const CHUNKS = "5\r\nhello\r\n0\r\n\r\n";
const start = `POST /x${NUMBER} HTTP/1.1\r\nHost: ${HOST}\r\n`;
const valid = fc.constantFrom(
  `GET /x${NUMBER} HTTP/1.1\r\nHost: ${HOST}\r\nAccept: a, b\r\n\r\n`,
  `${start}Content-Length: 5\r\nX: a, b\r\n\r\nhello`,
  `${start}Transfer-Encoding: chunked\r\nX: a, b\r\n\r\n${CHUNKS}`,
  `${start}Content-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
  `${start}Transfer-Encoding: chunked\r\nTrailer: X\r\n\r\n5;a=b\r\nhello\r\n0\r\nX: 1\r\n\r\n`,
);
/** 0x00 to 0x20, 0x7F to 0xFF. */
const oddOctet = fc.integer({ min: 0, max: 0xa1 }).map((n) => String.fromCharCode(n <= 0x20 ? n : n + 0x5e));

type Fault = (octets: string) => string;
const at = (octets: string, pattern: RegExp, which: number, change: (found: string) => string): string => {
  const places = [...octets.matchAll(pattern)];
  const place = places[which % Math.max(1, places.length)];
  if (place === undefined) return octets;
  return octets.slice(0, place.index) + change(place[0]) + octets.slice(place.index + place[0].length);
};
const which = fc.nat(30);
const fault: fc.Arbitrary<Fault> = fc.oneof(
  // An octet before or after a name, a colon, a value, a comma, a size, a line's end.
  fc
    .tuple(
      oddOctet,
      which,
      fc.boolean(),
      fc.constantFrom(/^[\w-]+(?=:)/gm, /:/g, /(?<=: )[^\r]+/g, /,/g, /^[0-9a-f]+(?=\r)/gm, /\r\n/g),
    )
    .map(
      ([octet, n, before, where]): Fault =>
        (octets) =>
          at(octets, where, n, (found) => (before ? octet + found : found + octet)),
    ),
  // Line ends: one half of them, the halves swapped, a folded line.
  fc.tuple(fc.constantFrom("\r", "\n", "\n\r", "\r\r\n", "\r\n\r\n", "\r\n ", "\r\n\t", ""), which).map(
    ([end, n]): Fault =>
      (octets) =>
        at(octets, /\r\n/g, n, () => end),
  ),
  // A line twice, in another case.
  fc
    .tuple(
      which,
      fc.constantFrom(
        (line: string) => line,
        (line: string) => line.replace(/[a-z]/g, (letter) => letter.toUpperCase()),
        (line: string) => line.toLowerCase(),
      ),
    )
    .map(
      ([n, change]): Fault =>
        (octets) =>
          at(octets, /^[\w-]+: [^\r]*\r\n/gm, n, (line) => line + change(line)),
    ),
  // Another spelling of a length or a size, or another length.
  fc.tuple(which, fc.constantFrom(...LENGTHS)).map(
    ([n, spell]): Fault =>
      (octets) =>
        at(octets, /(?<=Length: )[0-9]+|^[0-9a-f]+(?=[\r;])/gm, n, spell),
  ),
  // The framing that is there, in disguise; or a second framing, in disguise.
  fc.constantFrom(...DISGUISES).map(
    (line): Fault =>
      (octets) =>
        at(octets, /^Transfer-Encoding: chunked\r\n/gm, 0, () => `${line}\r\n`),
  ),
  fc.constantFrom(...DISGUISES).map(
    (line): Fault =>
      (octets) =>
        at(octets, /^Host: [^\r]*\r\n/gm, 0, (host) => `${host}${line}\r\n`),
  ),
);

/** All octets of a connection. */
export const mutatedRequest: fc.Arbitrary<string> = fc
  .tuple(valid, fc.array(fault, { minLength: 1, maxLength: 3 }))
  .map(([request, faults]) => faults.reduce<string>((changed, change) => change(changed), request) + get("behind"));

function get(name: string): string {
  return `GET /${name}${NUMBER} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
}

/** A red test must stay red. FAST_CHECK_SEED and FAST_CHECK_RUNS make a campaign of it. */
export function runs(usually: number): { readonly numRuns: number; readonly seed: number } {
  return {
    numRuns: Number(process.env["FAST_CHECK_RUNS"] ?? usually),
    seed: Number(process.env["FAST_CHECK_SEED"] ?? 1),
  };
}
