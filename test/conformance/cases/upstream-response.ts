// What an upstream may answer, and what the client may see of it.

export interface ResponseVariant {
  readonly name: string;
  /** Default: GET */
  readonly method?: string;
  /** What the upstream writes, all at once. */
  readonly answer: string;
  /** What the upstream writes a moment later, once the client has seen the first answer. */
  readonly later?: string;
  /** The upstream closes after its answer: by FIN or by RST. Default: it waits for us. */
  readonly closesBy?: "end" | "reset";
  /** The client's final answer: its status, its body where it matters; `truncated`: it ends without its end. */
  readonly client: { readonly status: number; readonly body?: string } | "truncated";
  /** True when the upstream's connection may serve the next request; false when it must be destroyed. */
  readonly reused: boolean;
  /** How many 1xx the client may get at most. Default: 0. */
  readonly interim?: number;
}

export interface ResponseRow {
  readonly id: string;
  readonly title: string;
  readonly variants: readonly ResponseVariant[];
}

function bad(answer: string, name = answer): ResponseVariant {
  return { name: JSON.stringify(name), answer, client: { status: 502 }, reused: false };
}

const ok = (lines: string, body = ""): string => `HTTP/1.1 200 OK\r\n${lines}\r\n\r\n${body}`;
const CHUNKED = "Transfer-Encoding: chunked";
const HELLO = "5\r\nhello\r\n0\r\n\r\n";
const LENGTH = "Content-Length: 5";

export const RESPONSE_CASES: readonly ResponseRow[] = [
  {
    id: "RS1",
    title: "framing in doubt",
    variants: [
      bad(ok(`${LENGTH}\r\n${CHUNKED}`, HELLO)),
      bad(ok(`${CHUNKED}\r\n${LENGTH}`, HELLO)),
      bad(ok(`${LENGTH}\r\nContent-Length: 6`, "hello!")),
      ...["+5", "-5", "5 5", "0x5", "abc", "", "5, 6", "1e1", "18446744073709551616"].map((value) =>
        bad(ok(`Content-Length: ${value}`, "hello")),
      ),
      ...["xchunked", "chunked, gzip", "chunked, chunked", "", "identity"].map((value) =>
        bad(ok(`Transfer-Encoding: ${value}`, HELLO)),
      ),
      bad(ok(`${CHUNKED}\r\n${CHUNKED}`, HELLO)),
      bad(`HTTP/1.0 200 OK\r\n${CHUNKED}\r\n\r\n${HELLO}`),
    ],
  },
  {
    id: "RS2",
    title: "field syntax",
    variants: [
      ...[
        "X: a\r\n b",
        "X: a\rY: b",
        "X: a\nY: b",
        "X: a\x00b",
        "X : a",
        " X: a",
        ": a",
        "nocolon",
        "X\x00: a",
        "X: a\x7f",
        "X(: a",
      ].map((line) => bad(ok(`${line}\r\n${LENGTH}`, "hello"))),
      bad(`HTTP/1.1 200 OK\n${LENGTH}\n\nhello`),
      bad(`HTTP/1.1 200 OK\r\n${LENGTH}\r\n\rX`),
    ],
  },
  {
    id: "RS3",
    title: "bytes beyond the answer",
    variants: [
      {
        name: "with it, by length",
        answer: ok(LENGTH, "hello") + ok(LENGTH, "stale"),
        client: { status: 200, body: "hello" },
        reused: false,
      },
      {
        name: "with it, chunked",
        answer: ok(CHUNKED, HELLO) + ok(LENGTH, "stale"),
        client: { status: 200, body: "hello" },
        reused: false,
      },
      { name: "one byte", answer: ok(LENGTH, "hello!"), client: { status: 200, body: "hello" }, reused: false },
      {
        name: "on the idle connection",
        answer: ok(LENGTH, "hello"),
        later: ok(LENGTH, "stale"),
        client: { status: 200, body: "hello" },
        reused: false,
      },
      {
        name: "one byte on the idle connection",
        answer: ok(LENGTH, "hello"),
        later: "\n",
        client: { status: 200, body: "hello" },
        reused: false,
      },
      {
        name: "none, so it is used again",
        answer: ok(LENGTH, "hello"),
        client: { status: 200, body: "hello" },
        reused: true,
      },
    ],
  },
  {
    id: "RS4",
    title: "101 that nobody asked for",
    variants: [
      bad("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: foo\r\n\r\n"),
      bad("HTTP/1.1 101 Switching Protocols\r\n\r\n" + ok(LENGTH, "hello")),
    ],
  },
  {
    id: "RS5",
    title: "1xx without end",
    variants: [
      { ...bad("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(1_000), "1,000 of 103"), interim: 16 },
      { ...bad("HTTP/1.1 100 Continue\r\n\r\n".repeat(1_000), "1,000 of 100"), interim: 16 },
      {
        name: "two, then the answer",
        answer: "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n".repeat(2) + ok(LENGTH, "hello"),
        client: { status: 200, body: "hello" },
        interim: 2,
        reused: true,
      },
    ],
  },
  {
    id: "RS6",
    title: "a body where there is none",
    variants: [
      { name: "204", answer: "HTTP/1.1 204 No Content\r\n\r\nhello", client: { status: 204, body: "" }, reused: false },
      {
        name: "204 with Content-Length",
        answer: `HTTP/1.1 204 No Content\r\n${LENGTH}\r\n\r\nhello`,
        client: { status: 204, body: "" },
        reused: false,
      },
      {
        name: "204 chunked",
        answer: `HTTP/1.1 204 No Content\r\n${CHUNKED}\r\n\r\n${HELLO}`,
        client: { status: 204, body: "" },
        reused: false,
      },
      {
        name: "304",
        answer: `HTTP/1.1 304 Not Modified\r\n${LENGTH}\r\n\r\nhello`,
        client: { status: 304, body: "" },
        reused: false,
      },
      {
        name: "304 with a length and no body",
        answer: `HTTP/1.1 304 Not Modified\r\n${LENGTH}\r\n\r\n`,
        client: { status: 304, body: "" },
        reused: true,
      },
      { name: "HEAD", method: "HEAD", answer: ok(LENGTH, "hello"), client: { status: 200, body: "" }, reused: false },
      {
        name: "HEAD chunked",
        method: "HEAD",
        answer: ok(CHUNKED, HELLO),
        client: { status: 200, body: "" },
        reused: false,
      },
      {
        name: "HEAD with a length and no body",
        method: "HEAD",
        answer: ok(LENGTH),
        client: { status: 200, body: "" },
        reused: true,
      },
    ],
  },
  {
    id: "RS7",
    title: "status line",
    variants: [
      "HTTP/1.1 099 Low",
      "HTTP/1.1 1000 High",
      "HTTP/1.1 20 Short",
      "HTTP/1.1 2x0 OK",
      "HTTP/1.1 -20 OK",
      "HTTP/1.1  200 OK",
      "HTTP/1.1 000 Zero",
      "HTTP/1.1 200 O\x01K",
      "HTTP/1.1 200 O\x00K",
      "HTTP/1.1 200 O\x7fK",
      "HTTP/1.1 200 O\rK",
      "HTTP/1.1 200\tOK",
      "HTTP/1.1 200OK",
      "HTTP/2.0 200 OK",
      "HTTP/0.9 200 OK",
      "ICY 200 OK",
      "http/1.1 200 OK",
      "HTTP/1.2 200 OK",
      "hello",
      "",
    ].map((line) => bad(`${line}\r\n${LENGTH}\r\n\r\nhello`)),
  },
  {
    id: "RS8",
    title: "answers without their end",
    variants: [
      {
        name: "shorter than its length",
        answer: ok("Content-Length: 10", "hello"),
        closesBy: "end",
        client: "truncated",
        reused: false,
      },
      {
        name: "shorter than its length, reset",
        answer: ok("Content-Length: 10", "hello"),
        closesBy: "reset",
        client: "truncated",
        reused: false,
      },
      {
        name: "no last chunk",
        answer: ok(CHUNKED, "5\r\nhello\r\n"),
        closesBy: "end",
        client: "truncated",
        reused: false,
      },
      {
        name: "in the middle of a chunk",
        answer: ok(CHUNKED, "a\r\nhello"),
        closesBy: "end",
        client: "truncated",
        reused: false,
      },
      {
        name: "in the middle of the trailers",
        answer: ok(CHUNKED, "5\r\nhello\r\n0\r\nX: a\r\n"),
        closesBy: "end",
        client: "truncated",
        reused: false,
      },
      {
        name: "a chunk that is none",
        answer: ok(CHUNKED, "5\r\nhello\r\n"),
        later: "XYZ\r\nworld\r\n0\r\n\r\n",
        client: "truncated",
        reused: false,
      },
      {
        name: "until close, reset",
        answer: ok("X: 1", "hello"),
        closesBy: "reset",
        client: "truncated",
        reused: false,
      },
      {
        name: "until close",
        answer: ok("X: 1", "hello"),
        closesBy: "end",
        client: { status: 200, body: "hello" },
        reused: false,
      },
      {
        name: "HTTP/1.0 until close",
        answer: "HTTP/1.0 200 OK\r\n\r\nhello",
        closesBy: "end",
        client: { status: 200, body: "hello" },
        reused: false,
      },
      { name: "closed before the head", answer: "", closesBy: "end", client: { status: 502 }, reused: false },
      {
        name: "closed within the head",
        answer: "HTTP/1.1 200 OK\r\nX: ",
        closesBy: "end",
        client: { status: 502 },
        reused: false,
      },
    ],
  },
];
