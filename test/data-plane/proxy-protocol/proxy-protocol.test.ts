import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readProxyHeader } from "../../../src/data-plane/proxy-protocol/proxy-protocol.ts";
import { writeProxyHeader } from "../../../src/data-plane/proxy-protocol/write-proxy-header.ts";

const SIGNATURE = "0d0a0d0a000d0a515549540a";

/** Version 2 by its parts in hexadecimal. */
function v2(commandAndFamily: string, payload: string, length = payload.length / 2): Buffer {
  return Buffer.from(`${SIGNATURE}${commandAndFamily}${length.toString(16).padStart(4, "0")}${payload}`, "hex");
}

const ENDS4 = "c0000201cb007105d43101bb";
const ENDS6 = `20010db8${"00".repeat(11)}0120010db8${"00".repeat(11)}02d43101bb`;
const READ4 = {
  source: { address: "192.0.2.1", port: 54_321 },
  destination: { address: "203.0.113.5", port: 443 },
};
const READ6 = {
  source: { address: "2001:db8::1", port: 54_321 },
  destination: { address: "2001:db8::2", port: 443 },
};
/** A fixed part of 16 octets, and as much after it as we take. */
const LONGEST_V2 = 16 + 4096;
const LONGEST_V1 = `PROXY TCP6 ${Array(2).fill(Array(8).fill("ffff").join(":")).join(" ")} 65535 65535\r\n`;

const VALID: readonly [string, Buffer, object | null][] = [
  ["v1 over IPv4", Buffer.from("PROXY TCP4 192.0.2.1 203.0.113.5 54321 443\r\n"), READ4],
  ["v1 over IPv6", Buffer.from("PROXY TCP6 2001:db8::1 2001:0DB8:0::2 54321 443\r\n"), READ6],
  ["v1 with a mapped address", Buffer.from("PROXY TCP6 ::ffff:192.0.2.1 ::ffff:203.0.113.5 54321 443\r\n"), READ4],
  ["v1 UNKNOWN", Buffer.from("PROXY UNKNOWN\r\n"), null],
  ["v1 UNKNOWN with a tail", Buffer.from("PROXY UNKNOWN ffff::1 what ever 1 2\r\n"), null],
  ["v2 over IPv4", v2("2111", ENDS4), READ4],
  ["v2 over IPv6", v2("2121", ENDS6), READ6],
  ["v2 with more about the connection", v2("2111", `${ENDS4}0400024242${"00".repeat(4079)}`), READ4],
  ["v2 LOCAL", v2("2000", ""), null],
  ["v2 LOCAL with a family that does not exist", v2("20ff", "abcd"), null],
  ["v2 unspecified", v2("2100", ""), null],
  ["v2 over UDP", v2("2112", ENDS4), null],
  ["v2 over a UNIX socket", v2("2131", "00".repeat(216)), null],
];

const INVALID: readonly [string, Buffer][] = [
  ["a request", Buffer.from("GET / HTTP/1.1\r\nHost: a\r\n\r\n")],
  ["a TLS handshake", Buffer.from("1603010200010001fc0303", "hex")],
  ["an empty line of HTTP", Buffer.from("\r\nGET / HTTP/1.1\r\n")],
  ["v1 in lower case", Buffer.from("proxy TCP4 192.0.2.1 203.0.113.5 1 2\r\n")],
  ["v1 without a family", Buffer.from("PROXY \r\n")],
  ["v1 with another family", Buffer.from("PROXY UDP4 192.0.2.1 203.0.113.5 1 2\r\n")],
  ["v1 with UNKNOWN run on", Buffer.from("PROXY UNKNOWNS\r\n")],
  ["v1 with two spaces", Buffer.from("PROXY TCP4  192.0.2.1 203.0.113.5 1 2\r\n")],
  ["v1 with a space at the end", Buffer.from("PROXY TCP4 192.0.2.1 203.0.113.5 1 2 \r\n")],
  ["v1 with an address of the other family", Buffer.from("PROXY TCP4 2001:db8::1 203.0.113.5 1 2\r\n")],
  ["v1 with a zone", Buffer.from("PROXY TCP6 fe80::1%eth0 ::1 1 2\r\n")],
  ["v1 with a port too large", Buffer.from("PROXY TCP4 192.0.2.1 203.0.113.5 65536 2\r\n")],
  ["v1 with a leading zero", Buffer.from("PROXY TCP4 192.0.2.1 203.0.113.5 01 2\r\n")],
  ["v1 with a sign", Buffer.from("PROXY TCP4 192.0.2.1 203.0.113.5 +1 2\r\n")],
  ["v1 with a line feed alone", Buffer.from("PROXY TCP4 192.0.2.1 203.0.113.5 1 2\nGET / HTTP/1.1\r\n")],
  ["v1 without end", Buffer.from(`PROXY UNKNOWN ${"x".repeat(100)}`)],
  ["v1 a little too long", Buffer.from(`PROXY UNKNOWN ${"x".repeat(92)}\r\n`)],
  ["v2 of version 1", v2("1111", ENDS4)],
  ["v2 with another command", v2("2211", ENDS4)],
  ["v2 with another address family", v2("2141", ENDS4)],
  ["v2 with another transport", v2("2113", ENDS4)],
  ["v2 too short for its addresses", v2("2111", ENDS4.slice(2))],
  ["v2 too short for its IPv6 addresses", v2("2121", ENDS4)],
  ["v2 too short for its UNIX paths", v2("2131", "00".repeat(215))],
  ["v2 longer than we read", v2("2111", "", 4097)],
  ["v2 with a signature that is not one", Buffer.from(`${SIGNATURE.slice(0, -2)}00`, "hex")],
];

describe("a header", () => {
  test.each(VALID)("%s is read, wherever it is cut, and nothing of what follows", (_name, header, ends) => {
    for (let cut = 0; cut < header.length; cut += 1) {
      expect(readProxyHeader(header.subarray(0, cut))).toBe("incomplete");
    }
    expect(readProxyHeader(header)).toEqual({ length: header.length, ends });
    expect(readProxyHeader(Buffer.concat([header, header]))).toEqual({ length: header.length, ends });
  });

  test.each(INVALID)("%s is refused, and never taken for a whole one on the way", (_name, octets) => {
    expect(readProxyHeader(octets)).toBe("invalid");
    for (let cut = 0; cut < octets.length; cut += 1) {
      expect(readProxyHeader(octets.subarray(0, cut))).toBeTypeOf("string");
    }
  });

  test("the longest there can be in version 1 is read", () => {
    expect(LONGEST_V1).toHaveLength(104);
    expect(readProxyHeader(Buffer.from(LONGEST_V1))).toMatchObject({ length: 104 });
  });

  test("what we read is bounded: no octets of that length are still incomplete", () => {
    const start = fc.constantFrom(Buffer.from("PROXY "), Buffer.from(SIGNATURE, "hex"), Buffer.alloc(0));
    fc.assert(
      fc.property(start, fc.uint8Array({ minLength: LONGEST_V2, maxLength: LONGEST_V2 }), (a, b) => {
        expect(readProxyHeader(Buffer.concat([a, b]))).not.toBe("incomplete");
      }),
      { numRuns: 200 },
    );
  });

  test("more octets never take an answer back", () => {
    const start = fc.constantFrom(
      "",
      "PROXY ",
      "PROXY TCP4 ",
      "PROXY UNKNOWN",
      "\r\n\r\n\0\r\nQUIT\n",
      "\r\n\r\n\0\r\nQUIT\n!\x11",
    );
    fc.assert(
      fc.property(start, fc.uint8Array({ maxLength: 64 }), fc.nat(), (text, tail, at) => {
        const whole = Buffer.concat([Buffer.from(text, "latin1"), tail]);
        const answer = readProxyHeader(whole.subarray(0, at % (whole.length + 1)));
        if (answer !== "incomplete") expect(readProxyHeader(whole)).toEqual(answer);
      }),
    );
  });

  test("what we write is read again", () => {
    const port = fc.integer({ min: 0, max: 65_535 });
    const four = fc.record({ address: fc.ipV4(), port });
    const six = fc.record({ address: fc.ipV6(), port });
    fc.assert(
      fc.property(fc.oneof(fc.tuple(four, four), fc.tuple(six, six), fc.tuple(four, six)), ([source, destination]) => {
        const header = writeProxyHeader(source, destination);
        const read = readProxyHeader(header);
        expect(read).toMatchObject({ length: header.length });
        const ends = (read as { ends: { source: object; destination: object } }).ends;
        // Written again it is the same: the text of an address has many forms, its octets one.
        expect(writeProxyHeader(ends.source as never, ends.destination as never).subarray(-4)).toEqual(
          header.subarray(-4),
        );
        if (!source.address.includes(":")) expect(ends.source).toEqual(source);
      }),
    );
  });

  test("an end that is not known is written as such", () => {
    const header = writeProxyHeader({ address: "", port: 0 }, { address: "192.0.2.1", port: 80 });
    expect(readProxyHeader(header)).toEqual({ length: 16, ends: null });
  });
});
