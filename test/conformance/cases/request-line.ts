import { answered, escape, get, HOST, rejected, served, target, type Row } from "../case.ts";

const REST = `\r\nHost: ${HOST}\r\n\r\n`;
/** IANA HTTP Method Registry without CONNECT, TRACE and PRI, which are never forwarded; PURGE is what caches listen to. */
const METHODS =
  "ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT COPY DELETE GET LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL MKREDIRECTREF " +
  "MKWORKSPACE MOVE OPTIONS ORDERPATCH PATCH POST PROPFIND PROPPATCH PUT QUERY REBIND REPORT SEARCH UNBIND UNCHECKOUT UNLINK UNLOCK " +
  "UPDATE UPDATEREDIRECTREF VERSION-CONTROL PURGE";

function range(from: number, to: number): string[] {
  return Array.from({ length: to - from + 1 }, (_, i) => String.fromCharCode(from + i));
}

const BAD_OCTETS = [...range(0x00, 0x08), ...range(0x0e, 0x1f), ...range(0x7f, 0xff)];

export const REQUEST_LINE: readonly Row[] = [
  {
    id: "RL1",
    title: "bare LF as a line end",
    variants: [
      rejected(400, `GET /x HTTP/1.1\nHost: ${HOST}\n\n`),
      rejected(400, `GET /x HTTP/1.1\nHost: ${HOST}\r\n\r\n`),
      rejected(400, `GET /x HTTP/1.1\r\nHost: ${HOST}\n\r\n`),
      rejected(400, `GET /x HTTP/1.1\r\nHost: ${HOST}\r\n\n`),
    ],
  },
  {
    id: "RL2",
    title: "more than one space",
    variants: ["GET  /x HTTP/1.1", "GET /x  HTTP/1.1", "GET  /  HTTP/1.1", "GET /x HTTP/1.1 ", " GET /x HTTP/1.1"].map(
      (line) => rejected(400, line + REST),
    ),
  },
  {
    id: "RL3",
    title: "other white space as a separator",
    variants: ["\t", "\x0b", "\x0c", "\r"].flatMap((c) => [
      rejected(400, `GET${c}/x HTTP/1.1${REST}`),
      rejected(400, `GET /x${c}HTTP/1.1${REST}`),
      rejected(400, `GET${c}/x${c}HTTP/1.1${REST}`),
      rejected(400, `GET /x HTTP/1.1${c}${REST}`, `${escape(c)} at the end`),
    ]),
  },
  {
    id: "RL4",
    title: "space in the target",
    variants: [rejected(400, target("/a b")), rejected(400, target("/x?a b")), rejected(400, target("/x HTTP/1.1 "))],
  },
  {
    id: "RL5",
    title: "HTTP/0.9",
    variants: ["GET /x\r\n\r\n", "GET /x \r\n\r\n", "GET\r\n\r\n", `GET /x${REST}`].map((send) => rejected(400, send)),
  },
  {
    id: "RL6",
    title: "other major versions in text",
    variants: [
      ...["HTTP/2.0", "HTTP/3.0", "HTTP/0.9", "HTTP/2", "HTTP/0.0"].map((version) =>
        rejected(400, `GET /x ${version}${REST}`),
      ),
      rejected(400, "PRI * HTTP/2.0\r\nHost: test.example\r\n\r\nSM\r\n\r\n"),
    ],
  },
  {
    id: "RL7",
    title: "version that is none",
    variants: [
      ..."HTTP/1.2|HTTP/01.1|HTTP/1|http/1.1|HTTP/ 1.1|HTTP/4294967295.255|HTTP/1.10|HTTP/1.|HTTP/.1|HTTP/11|HTTPS/1.1|HTTP/1,1".split(
        "|",
      ),
      ..."HTTP/1.1x|HTTP/+1.1|HTTP\\1.1|HTTP/1.01|HTP/1.1|Http/1.1|HTTP/1.9".split("|"),
    ].map((version) => rejected(400, `GET /x ${version}${REST}`)),
  },
  {
    id: "RL8",
    title: "RTSP and ICE",
    variants: ["OPTIONS /x RTSP/1.0", "SOURCE /x ICE/1.0", "GET /x ICE/1.0"].map((line) => rejected(400, line + REST)),
  },
  {
    id: "RL9",
    title: "methods",
    variants: [
      ...["FOO", "get", "Get", "GETS", "GE", "X-Custom"].map((method) => answered(501, `${method} /x HTTP/1.1${REST}`)),
      ...["G(T", "GET:", "", "GÉT", "G\x00T", '"GET"', "GET/"].map((method) =>
        rejected(400, `${method} /x HTTP/1.1${REST}`),
      ),
      ...METHODS.split(" ").map((method) => served(`${method} /x HTTP/1.1${REST}`, { line: `${method} /x HTTP/1.1` })),
      { ...served(`HEAD /x HTTP/1.1${REST}`, { line: "HEAD /x HTTP/1.1" }), toHead: true },
    ],
  },
  {
    id: "RL10",
    title: "fragment",
    variants: ["/x#frag", "/#", "/x?q#f", "#", "/x%23#", `http://${HOST}/x#f`].map((text) =>
      rejected(400, target(text)),
    ),
  },
  {
    id: "RL11",
    title: "controls and high octets in the target",
    variants: [
      ...BAD_OCTETS.map((c) => rejected(400, target(`/a${c}b`))),
      ...["\x00", "\x1f", "\x7f", "\x80", "\xff"].map((c) => rejected(400, target(`/x?a${c}b`))),
      rejected(400, target("/\xc0\xaf")),
      rejected(400, target("/\xc3\xa9")),
    ],
  },
  {
    id: "RL12",
    title: "characters a URI does not have",
    variants: [
      ...["\\", '"', "<", ">"].map((c) => rejected(400, target(`/a${c}b`))),
      ...Array.from("|{}^[]`", (c) =>
        served(target(`/a${c}b`), { line: `GET /a%${c.charCodeAt(0).toString(16).toUpperCase()}b HTTP/1.1` }),
      ),
      served(target("/|/%7C/%257C?q=|{}^[]`"), { line: "GET /%7C/%7C/%257C?q=|{}^[]` HTTP/1.1" }),
    ],
  },
  {
    id: "RL13",
    title: "paths with several spellings",
    variants: [
      ...[
        "/a/../b",
        "/a/..;/b",
        "/a/%2e%2e/b",
        "/a%2Fb",
        "/a%2fb",
        "/a%5cb",
        "//x",
        "/a;p=1/b",
        "/./a/.",
        "/%61?%2e%2e/%00",
      ].map((text) => served(target(text), { line: `GET ${text} HTTP/1.1` })),
      ...[
        "/../b",
        "/a/../../b",
        "/%2e%2e/",
        "/%2E./",
        "/..",
        "/a%2f..%2f../b",
        "/a%00b",
        "/%00",
        "/%",
        "/a%4",
        "/a%zz",
        "/a%4g",
        "/%u0041",
      ].map((text) => rejected(400, target(text))),
    ],
  },
  {
    id: "RL14",
    title: "absolute form",
    variants: [
      ...[
        "http://evil.example/",
        `http://${HOST}.evil.example/`,
        "http://evil.example:80/",
        `http://u@${HOST}/`,
        "http:///x",
      ].map((text) => rejected(400, target(text))),
      ...[`ftp://${HOST}/x`, HOST, "x", "?x", "http:/x", `http://${HOST}:99999/x`].map((text) =>
        rejected(400, target(text)),
      ),
      served(target(`http://${HOST}/x`), { line: "GET /x HTTP/1.1" }),
      served(target(`http://${HOST}/x?y=http://z/`), { line: "GET /x?y=http://z/ HTTP/1.1" }),
      served(target(`http://${HOST}`), { line: "GET / HTTP/1.1" }),
      served(target(`http://${HOST}?q`), { line: "GET /?q HTTP/1.1" }),
      served(target(`HTTP://${HOST}/x`), { line: "GET /x HTTP/1.1" }),
    ],
  },
  {
    id: "RL15",
    title: "CONNECT",
    variants: [
      rejected(405, `CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n`),
      rejected(405, `CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}:443\r\n\r\n`),
      rejected([400, 405], `CONNECT /x HTTP/1.1${REST}`),
    ],
  },
  {
    id: "RL16",
    title: "TRACE and the asterisk",
    variants: [
      answered(405, `TRACE /x HTTP/1.1${REST}`),
      answered(405, `TRACE / HTTP/1.1\r\nHost: ${HOST}\r\nMax-Forwards: 0\r\nAuthorization: secret\r\n\r\n`),
      ...["GET", "POST", "HEAD"].map((method) => ({
        ...rejected(400, `${method} * HTTP/1.1${REST}`),
        toHead: method === "HEAD",
      })),
      rejected(400, `OPTIONS ** HTTP/1.1${REST}`),
      answered(204, `OPTIONS * HTTP/1.1${REST}`),
    ],
  },
  {
    id: "RL17",
    title: "limits of target and head",
    variants: [
      rejected(414, target(`/${"a".repeat(8_192)}`)),
      rejected(414, target(`/?${"a".repeat(20_000)}`)),
      rejected(414, target(`http://${HOST}/${"a".repeat(9_000)}`)),
      rejected([414, 431], `GET /${"a".repeat(40_000)}`, "a target without an end"),
      rejected(431, get(`X: ${"a".repeat(33_000)}`)),
      rejected(431, get(...Array.from({ length: 90 }, (_, i) => `X${i}: ${"a".repeat(400)}`))),
      rejected(431, get(`${"X".repeat(33_000)}: a`)),
      rejected(431, `${get().slice(0, -2)}X: ${"a".repeat(40_000)}`, "a field without an end"),
      served(target(`/${"a".repeat(7_999)}`), { line: `GET /${"a".repeat(7_999)} HTTP/1.1` }),
      served(get(`X: ${"a".repeat(30_000)}`), { line: "GET /x HTTP/1.1", fields: [["x", "a".repeat(30_000)]] }),
    ],
  },
  {
    id: "RL18",
    title: "empty lines before the request line",
    variants: [
      served(`\r\n${get()}`, { line: "GET /x HTTP/1.1" }),
      served(`\r\n\r\n${get()}`, { line: "GET /x HTTP/1.1" }),
      rejected(400, "\r\n".repeat(1_000), "a flood of CRLF"),
      rejected(400, `\n${get()}`),
      rejected(400, `\r${get()}`),
      rejected(400, `\r\n \r\n${get()}`),
      {
        name: "CRLF after a body, between two requests",
        send: `POST /x HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 1\r\n\r\na\r\n${get()}`,
        answers: [200, 200],
        closes: false,
        upstream: [
          { line: "POST /x HTTP/1.1", fields: [["content-length", "1"]], body: "a" },
          { line: "GET /x HTTP/1.1" },
        ],
      },
    ],
  },
];
