// Valid requests with one to three faults of the kinds that smuggling is made of; behind each, a request that must stay itself.
// What our codec reads is held against the second reader, and what it sends on against the letter of the grammar.
import * as fc from "fast-check";
import { test } from "vitest";
import { checkForwarded } from "../support/codec/forward-request.ts";
import { readRequests } from "../support/codec/read-requests.ts";
import { checkAgainstReference } from "../support/codec/same-requests.ts";
import { anyCuts, cut } from "../support/pieces.ts";
import { escape, HOST, SMUGGLED } from "./case.ts";
import { DISGUISES, LENGTHS } from "./disguises.ts";

const CHUNKS = "5\r\nhello\r\n0\r\n\r\n";
const start = `POST /x HTTP/1.1\r\nHost: ${HOST}\r\n`;
const valid = fc.constantFrom(
  `GET /x HTTP/1.1\r\nHost: ${HOST}\r\nAccept: a, b\r\n\r\n`,
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

test("a faulty request is refused, or read and sent on as the one request it is; nothing behind it changes", async () => {
  await fc.assert(
    fc.asyncProperty(valid, fc.array(fault, { minLength: 1, maxLength: 3 }), anyCuts, async (request, faults, cuts) => {
      const octets =
        faults.reduce<string>((changed, change) => change(changed), request) + SMUGGLED.replace("/smuggled", "/behind");
      const read = await readRequests(cut(octets, cuts));
      try {
        checkAgainstReference(octets, read, false);
        for (const one of read) if (one.end === "complete") await checkForwarded(one);
      } catch (error) {
        throw new Error(escape(octets, Infinity), { cause: error });
      }
    }),
    // A red test must stay red. FAST_CHECK_SEED and FAST_CHECK_RUNS make a campaign of it.
    { numRuns: Number(process.env["FAST_CHECK_RUNS"] ?? 4_000), seed: Number(process.env["FAST_CHECK_SEED"] ?? 1) },
  );
});
