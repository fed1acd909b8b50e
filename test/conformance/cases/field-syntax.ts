import { forwardedGet, get, HOST, post, rejected, served, type Row } from "../case.ts";

const CHUNKED_HELLO = "5\r\nhello\r\n0\r\n\r\n";

function octets(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => String.fromCharCode(from + i));
}

/** Everything RFC 9110 §5.5 keeps out of a value, without CR and LF, which have rows of their own. HTAB is allowed. */
const CONTROLS = [...octets(0x00, 0x08), "\x0b", "\x0c", ...octets(0x0e, 0x1f), "\x7f"];

const SPOOFED = [
  "X-Forwarded-For: 6.6.6.6",
  "X-Forwarded-Proto: https",
  "X-Forwarded-Host: evil.example",
  "X-Forwarded-Port: 1",
  "X-Forwarded-Server: evil",
  "X-Forwarded-Scheme: https",
  "X-Forwarded-Ssl: on",
  "X-Forwarded-Prefix: /p",
  "X-Forwarded-User: root",
  "Forwarded: for=6.6.6.6",
  "X-Real-IP: 6.6.6.6",
  "X-Scheme: https",
  "x-forwarded-for: 7.7.7.7",
];

export const FIELD_SYNTAX: readonly Row[] = [
  {
    id: "HF1",
    title: "white space before the colon",
    variants: [
      rejected(400, post(["Content-Length : 5"], "hello")),
      rejected(400, post(["Content-Length\t: 5"], "hello")),
      rejected(400, post(["Transfer-Encoding : chunked"], CHUNKED_HELLO)),
      rejected(400, get("X : 1")),
      rejected(400, get("X\t: 1")),
      rejected(400, `GET /x HTTP/1.1\r\nHost : ${HOST}\r\n\r\n`),
    ],
  },
  {
    id: "HF2",
    title: "white space before the first field",
    variants: [" X: 1", "\tX: 1", " ", "\t"]
      .map((line) => rejected(400, `GET /x HTTP/1.1\r\n${line}\r\nHost: ${HOST}\r\n\r\n`))
      .concat(rejected(400, `GET /x HTTP/1.1\r\n Host: ${HOST}\r\n\r\n`)),
  },
  {
    id: "HF3",
    title: "folded lines",
    variants: [
      rejected(400, get("X: a", " b")),
      rejected(400, get("X: a", "\tb")),
      rejected(400, get("X:", " b")),
      rejected(400, get("X: a", " ")),
      rejected(400, get("X: a", " Y: b")),
      rejected(400, post(["Transfer-Encoding:", " chunked"], CHUNKED_HELLO)),
      rejected(400, post(["Content-Length: 5", " 0"], "hello")),
      rejected(400, `GET /x HTTP/1.1\r\nHost:\r\n ${HOST}\r\n\r\n`),
    ],
  },
  {
    id: "HF4",
    title: "bare CR",
    variants: [
      rejected(400, get("X: a\rY: b")),
      rejected(400, get("X\rY: b")),
      rejected(400, get("X: a\r")),
      rejected(400, get("X:\ra")),
      rejected(400, get("\rX: a")),
      rejected(400, get("X: a\rTransfer-Encoding: chunked")),
      rejected(400, `GET /x HTTP/1.1\r\r\nHost: ${HOST}\r\n\r\n`),
    ],
  },
  {
    id: "HF5",
    title: "bare LF between fields",
    variants: [
      rejected(400, post(["X: a\nTransfer-Encoding: chunked"], CHUNKED_HELLO)),
      rejected(400, post(["X: a\nContent-Length: 5"], "hello")),
      rejected(400, get("X: a\n\nY: b")),
      rejected(400, get("X: a\n")),
      rejected(400, get("\nX: a")),
    ],
  },
  {
    id: "HF6",
    title: "controls in a value",
    variants: [
      ...CONTROLS.map((c) => rejected(400, get(`X: a${c}b`))),
      ...["\x00", "\x7f", "\x01"].map((c) => rejected(400, get(`X: ${c}`))),
      served(get("X: a\tb"), forwardedGet(["x", "a\tb"])),
    ],
  },
  { id: "HF7", title: "empty name", variants: [": v", ":", "::", " : v"].map((line) => rejected(400, get(line))) },
  {
    id: "HF8",
    title: "line without a colon",
    variants: ["NoColon", "No Colon", "Transfer-Encoding chunked", "="].map((line) => rejected(400, get(line))),
  },
  {
    id: "HF9",
    title: "names that are no tokens",
    variants: [
      ...Array.from('(),/;<=>?@[\\]{}"\x00\x01\x0b\x7f', (c) => rejected(400, get(`X${c}Y: 1`))),
      ...octets(0x80, 0xff).map((c) => rejected(400, get(`X${c}: 1`))),
      rejected(400, get("X Y: 1")),
      rejected(400, post(["Content\rLength: 5"], "hello")),
      rejected(400, post(["Content-Length\x85: 5"], "hello")),
      rejected(400, post(["\xa0Transfer-Encoding: chunked"], CHUNKED_HELLO)),
      served(get("!#$%&'*+-.^`|~09azAZ: 1"), forwardedGet(["!#$%&'*+-.^`|~09azaz", "1"])),
    ],
  },
  {
    id: "HF10",
    title: "underscores in names",
    variants: [
      ...["Content_Length: 5", "Transfer_Encoding: chunked", "X_Forwarded_For: 6.6.6.6", "_: 1", "_X: 1", "X_: 1"].map(
        (line) => served(get(line, "X-Kept: 1"), forwardedGet(["x-kept", "1"])),
      ),
      served(post(["Content_Length: 1", "Content-Length: 5", "Transfer_Encoding: chunked"], "hello"), {
        line: "POST /x HTTP/1.1",
        fields: [["content-length", "5"]],
        body: "hello",
      }),
    ],
  },
  {
    id: "HF11",
    title: "head ended by CR CR or CR X",
    variants: [
      rejected(400, `GET /x HTTP/1.1\r\nHost: ${HOST}\r\n\rX: y\r\n\r\n`),
      rejected(400, `GET /x HTTP/1.1\r\nHost: ${HOST}\r\n\rX`),
      rejected(400, `GET /x HTTP/1.1\r\nHost: ${HOST}\r\n\r\r\n`),
      rejected(400, `GET /x HTTP/1.1\r\nHost: ${HOST}\r\r\n\r\n`),
    ],
  },
  {
    id: "HF12",
    title: "number of fields",
    variants: [
      ...[100, 500, 1_000, 2_000, 2_500].map((count) =>
        rejected(431, get(...Array<string>(count).fill("a: b")), `${count + 1} fields`),
      ),
      rejected(
        431,
        post([...Array<string>(1_000).fill("a: b"), "Content-Length: 5"], "hello"),
        "the framing field beyond the limit",
      ),
      served(
        get(...Array<string>(99).fill("a: b")),
        forwardedGet(...Array.from({ length: 99 }, (): [string, string] => ["a", "b"])),
        "100 fields",
      ),
    ],
  },
  {
    id: "HF13",
    title: "names of Object.prototype",
    variants: [
      served(get("__proto__: x", "constructor: x"), forwardedGet(["constructor", "x"])),
      served(
        get("toString: x", "hasOwnProperty: y", "valueOf: z"),
        forwardedGet(["tostring", "x"], ["hasownproperty", "y"], ["valueof", "z"]),
      ),
      served(get("Connection: __proto__, constructor, toString", "X: 1"), forwardedGet(["x", "1"])),
    ],
  },
  {
    id: "HF14",
    title: "high octets in a value",
    variants: [
      ...["\xa0chunked", "chunked\xa0", "\x85chunked", "chunked\x85", "chunke\xe4"].map((value) =>
        rejected(400, post([`Transfer-Encoding: ${value}`], CHUNKED_HELLO)),
      ),
      ...["\xa05", "5\x85", "\xb2"].map((value) => rejected(400, post([`Content-Length: ${value}`], "hello"))),
      served(get("X: \xa0caf\xe9\x85"), forwardedGet(["x", "\xa0caf\xe9\x85"])),
    ],
  },
  {
    id: "HF15",
    title: "what only the gateway may say of the client",
    variants: [
      ...SPOOFED.map((line) => served(get(line, "X-Kept: 1"), forwardedGet(["x-kept", "1"]))),
      served(get(...SPOOFED, "X-Kept: 1"), forwardedGet(["x-kept", "1"]), "all of them"),
      served(get("X-Original-Forwarded-For: 6.6.6.6"), forwardedGet()),
    ],
  },
];
