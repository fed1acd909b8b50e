import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Admitted, Refused } from "../../../src/data-plane/http1/admit.ts";
import { RequestReader } from "../../../src/data-plane/http1/request-reader.ts";
import { DEFAULT_LIMITS } from "../../../src/data-plane/limits.ts";
import { CountingSource, KeepingSink } from "../../support/body-sink.ts";
import { readRequests } from "../../support/codec/read-requests.ts";
import { anyCuts, cut } from "../../support/pieces.ts";

const CONTEXT = { scheme: "http", clientAddress: "203.0.113.7", limits: DEFAULT_LIMITS, strictPaths: false } as const;

interface Current {
  readonly asked: Admitted | Refused;
  readonly sink: KeepingSink;
}

/**
 * Serves each request as soon as its body is whole; says what was read. Every piece is lent: what is kept of it must be a copy.
 * @param late read a body only when it is whole, so that all of it waits
 */
function serve(pieces: readonly Buffer[], late = false): string[] {
  const served: string[] = [];
  const open: Current[] = [];
  const { pause, resume } = new CountingSource();
  const reader = new RequestReader({
    pause,
    resume,
    lends: true,
    context: CONTEXT,
    onRequest: (asked) => {
      const sink = new KeepingSink();
      open.push({ asked, sink });
      if ("request" in asked && !late) asked.request.body.relayTo(sink).catch(() => {});
    },
  });
  for (const piece of pieces) {
    const lent = Buffer.from(piece);
    reader.receive(lent);
    lent.fill("?");
    for (let current = open[0]; current !== undefined && !reader.unread; current = open[0]) {
      const { asked, sink } = current;
      if (!("request" in asked)) break;
      if (late) asked.request.body.relayTo(sink).catch(() => {});
      served.push(`${asked.request.method} ${asked.request.target} ${sink.text}`);
      open.shift();
      reader.finish();
    }
  }
  expect(open.length).toBeLessThanOrEqual(1);
  return [...served, ...open.map(({ asked }) => ("request" in asked ? "incomplete" : asked.failure.failure))];
}

const everywhere = Array.from({ length: 41_000 }, (_, index) => index);
const whole = (octets: string): Buffer[] => [Buffer.from(octets, "latin1")];

const content = fc.string({ unit: fc.constantFrom("x", "\r\n", "0", "\u00ff"), maxLength: 20 });
const message = fc
  .tuple(fc.nat(99), content, fc.constantFrom("none", "length", "chunked"))
  .map(([id, text, framing]) => {
    if (framing === "none") return { octets: `GET /${id} HTTP/1.1\r\nHost: a\r\n\r\n`, served: `GET /${id} ` };
    const start = `POST /${id} HTTP/1.1\r\nHost: a\r\n`;
    const chunk = text === "" ? "" : `${text.length.toString(16)}\r\n${text}\r\n`;
    const octets =
      framing === "length"
        ? `${start}Content-Length: ${text.length}\r\n\r\n${text}`
        : `${start}Transfer-Encoding: chunked\r\n\r\n${chunk}0\r\n\r\n`;
    return { octets, served: `POST /${id} ${text}` };
  });

test("requests behind each other are the same, however they are cut", () => {
  fc.assert(
    fc.property(fc.array(message, { maxLength: 6 }), anyCuts, fc.boolean(), (messages, cuts, late) => {
      const octets = messages.map(({ octets }) => octets).join("");
      expect(serve(cut(octets, cuts), late)).toEqual(messages.map(({ served }) => served));
    }),
  );
});

test("CO1: rubbish behind a request is refused by itself, however it is cut", () => {
  const rubbish = fc.constantFrom(
    "GET /\r\n\r\n",
    "\0\r\n\r\n",
    "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
    "GET / HTTP/1.1\nHost: a\r\n\r\n",
  );
  fc.assert(
    fc.property(message, rubbish, anyCuts, ({ octets, served }, rubbish, cuts) => {
      expect(serve(cut(octets + rubbish, cuts))).toEqual([served, "bad_request"]);
    }),
  );
});

test("behind a body whose framing is broken nothing is a request", () => {
  const broken =
    "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\nGET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";
  fc.assert(
    fc.property(anyCuts, (cuts) => {
      expect(serve(cut(broken, cuts))).toEqual(["incomplete"]);
    }),
  );
});

test.each([
  [`GET /${"a".repeat(9000)} HTTP/1.1\r\nHost: a\r\n\r\n`, "target_too_long"],
  [`GET / HTTP/1.1\r\nHost: a\r\nX: ${"a".repeat(40_000)}\r\n\r\n`, "headers_too_large"],
  [`GET / HTTP/1.1\r\n${"A: b\r\n".repeat(101)}\r\n`, "headers_too_large"],
])("limits", (octets, failure) => {
  expect(serve(whole(octets))).toEqual([failure]);
  expect(
    serve(
      cut(
        octets,
        Array.from({ length: 100 }, (_, index) => index * 400),
      ),
    ),
  ).toEqual([failure]);
});

test.each([
  ["HEAD / HTTP/1.1\nHost: a\r\n\r\n", "bad_request HEAD"],
  ["HEAD / HTTP/1.1\r\nHost : a\r\n\r\n", "bad_request HEAD"],
  [`HEAD /${"a".repeat(9000)} HTTP/1.1\r\nHost: a\r\n\r\n`, "target_too_long HEAD"],
  [`HEAD / HTTP/1.1\r\nX: ${"a".repeat(40_000)}\r\n\r\n`, "headers_too_large HEAD"],
  ["HEADER / HTTP/1.1\nHost: a\r\n\r\n", "bad_request -"],
])("a refused HEAD is known as one, however it is cut", async (octets, verdict) => {
  for (const pieces of [whole(octets), cut(octets, everywhere), cut(octets, [3, 20])])
    expect(await readRequests(pieces)).toMatchObject([{ verdict }]);
});

test("what comes ahead of its turn waits, and pauses the connection when it is much", () => {
  const source = new CountingSource();
  let count = 0;
  const reader = new RequestReader({
    pause: source.pause,
    resume: source.resume,
    lends: true,
    context: CONTEXT,
    onRequest: () => (count += 1),
  });
  reader.receive(Buffer.from("GET / HTTP/1.1\r\nHost: a\r\n\r\n"));
  expect(reader.hasAhead).toBe(false);
  reader.receive(Buffer.from("GET /second HTTP/1.1\r\nHost: a\r\n\r\n"));
  expect(count).toBe(1);
  expect(reader.hasAhead).toBe(true);
  expect(source.asked).toEqual([]);
  reader.receive(Buffer.alloc(DEFAULT_LIMITS.bufferedBytes, "x"));
  expect(source.asked).toEqual(["pause"]);
  reader.finish();
  expect(count).toBe(2);
});

test("once a body has come whole the connection is read on, so that the client is seen to leave", () => {
  const source = new CountingSource();
  const asked: (Admitted | Refused)[] = [];
  const { pause, resume } = source;
  const reader = new RequestReader({
    pause,
    resume,
    lends: true,
    context: CONTEXT,
    onRequest: (one) => asked.push(one),
  });
  const { bufferedBytes } = DEFAULT_LIMITS;
  reader.receive(Buffer.from(`POST / HTTP/1.1\r\nHost: a\r\nContent-Length: ${bufferedBytes + 1}\r\n\r\n`));
  reader.receive(Buffer.alloc(bufferedBytes, "x"));
  expect(source.asked).toEqual(["pause"]);
  reader.receive(Buffer.from("x"));
  expect(source.asked.at(-1)).toBe("resume");
});
