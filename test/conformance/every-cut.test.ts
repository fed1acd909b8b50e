// The rows of the table again, at the level of the codec: cut in two at every place, and octet by octet.
// A socket adds nothing to how octets are cut; smuggling.test.ts and upstream-response.test.ts have them over real ones.
import { describe, expect, test } from "vitest";
import { checkForwarded } from "../support/codec/forward-request.ts";
import { type ReadRequest, readRequests } from "../support/codec/read-requests.ts";
import { readResponse } from "../support/codec/read-response.ts";
import { checkAgainstReference } from "../support/codec/same-requests.ts";
import { cut } from "../support/pieces.ts";
import { type Row, SMUGGLED, type Variant } from "./case.ts";
import { RESPONSE_CASES } from "./cases/upstream-response.ts";
import { CASES } from "./smuggling-cases.ts";

/** Every place of a message up to this length; of a longer one those at its edges, and a few between. */
const WHOLE = 2_048;
const EDGE = 30;
const STEPS = 10;

describe("requests", () => {
  for (const { id, title, variants } of CASES) {
    test(`${id} ${title}`, async () => {
      for (const variant of variants) await expectSameRequests(id, variant);
    });
  }
});

async function expectSameRequests(id: Row["id"], { name, send, closes }: Variant): Promise<void> {
  const octets = closes === true ? send + SMUGGLED : send;
  const whole = await readRequests(cut(octets, []));
  for (const read of whole) if (read.end === "complete") await checkForwarded(read);
  checkAgainstReference(octets, whole, false);
  const expected = comparable(whole);
  for (const places of cuts(octets)) {
    const seen = comparable(await readRequests(cut(octets, places)));
    // Compared as text first: a matcher for each of some hundred thousand cuts would take longer than the codec.
    if (seen !== expected)
      expect(JSON.parse(seen), `${id} ${name}, cut at ${places.join()}`).toEqual(JSON.parse(expected));
  }
}

function comparable(requests: readonly ReadRequest[]): string {
  return JSON.stringify(requests.map(({ admitted: _admitted, ...read }) => read));
}

describe("responses", () => {
  for (const { id, title, variants } of RESPONSE_CASES) {
    test(`${id} ${title}`, async () => {
      for (const { name, answer, later = "", method = "GET", closesBy } of variants) {
        const octets = answer + later;
        const options = { method, ends: closesBy === "end" };
        const expected = JSON.stringify(await readResponse(cut(octets, []), options));
        const seen = await Promise.all(cuts(octets).map((places) => readResponse(cut(octets, places), options)));
        for (const [index, one] of seen.entries()) {
          if (JSON.stringify(one) !== expected) expect(one, `${name}, cut ${index}`).toEqual(JSON.parse(expected));
        }
      }
    });
  }
});

/** Each place by itself, and all of them at once. */
function cuts(octets: string): number[][] {
  const { length } = octets;
  const step = length <= WHOLE ? 1 : Math.ceil(length / STEPS);
  const places: number[] = [];
  for (let at = 1; at < length; at += at < EDGE || at >= length - EDGE ? 1 : Math.min(step, length - EDGE - at))
    places.push(at);
  return [...places.map((place) => [place]), places];
}
