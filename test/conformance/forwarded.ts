import { expect } from "vitest";
import { values } from "../support/message.ts";
import type { RecordedRequest } from "../support/recording-upstream.ts";
import { HOST, type Forwarded } from "./case.ts";

/** What the gateway says of the client, on every request, whatever the client said. */
const OWNED = (host: string, port: number): Record<string, string | RegExp> => ({
  "x-request-id": /^[0-9a-f]{32}$/,
  "x-real-ip": "127.0.0.1",
  "x-forwarded-for": "127.0.0.1",
  "x-forwarded-host": host,
  "x-forwarded-port": String(port),
  "x-forwarded-proto": "http",
  "x-forwarded-scheme": "http",
  "x-scheme": "http",
});

/**
 * Holds a recorded request against the one form it may have. The recording is read by the letter of the grammar, so that with the start
 * line, each field line, the body and the trailers equal, the bytes are equal but for spacing and chunk sizes.
 */
export function expectForwarded(request: RecordedRequest, forwarded: Forwarded, gatewayPort: number): void {
  const { host = HOST, fields = [], body = "", trailers = [] } = forwarded;
  expect(request.startLine).toBe(forwarded.line);
  expect(values(request, "host")).toEqual([host]);
  const owned = OWNED(host, gatewayPort);
  for (const [name, value] of Object.entries(owned)) {
    const got = values(request, name);
    expect(got, name).toEqual([typeof value === "string" ? value : expect.stringMatching(value)]);
  }
  const others = request.fields
    .map(([name, value]) => [name.toLowerCase(), value])
    .filter(
      ([name = ""]) => name !== "host" && !name.startsWith("x-original-forwarded-") && !Object.hasOwn(owned, name),
    );
  expect(sorted(others)).toEqual(sorted(fields));
  expect(request.body.toString("latin1")).toBe(body);
  expect(request.trailers.map(([name, value]) => [name.toLowerCase(), value])).toEqual(trailers);
}

/** Order between different names says nothing (RFC 9110 §5.3); order within a name does, and the sort is stable. */
function sorted(fields: readonly (readonly string[])[]): readonly (readonly string[])[] {
  return fields.toSorted(([a = ""], [b = ""]) => (a < b ? -1 : a > b ? 1 : 0));
}
