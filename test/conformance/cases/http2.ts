import {
  encodeFields,
  END_HEADERS,
  END_STREAM,
  FRAME,
  frame,
  type RawField,
  requestFields,
} from "../../support/raw-http2.ts";

/**
 * What becomes of a request: the status it is answered with; `reset` with PROTOCOL_ERROR; `ended`, its session; `left out`, the malformed
 * field, of a request that is served like any other.
 */
export type Outcome = number | "reset" | "ended" | "left out";

export interface Http2Variant {
  readonly name: string;
  /** Frames on stream 1. */
  readonly send: Buffer;
  readonly outcome: Outcome;
  /**
   * The request has content and declares this length. Some of it may reach the upstream, and never an end that is not the declared one.
   */
  readonly declared?: number;
}

export interface Http2Row {
  /** The row of smuggling-cases.tsv. */
  readonly id: string;
  readonly title: string;
  readonly variants: readonly Http2Variant[];
}

const WHOLE = END_HEADERS | END_STREAM;

/** A request without content. */
function head(name: string, outcome: Outcome, fields: readonly RawField[]): Http2Variant {
  return { name, outcome, send: frame(FRAME.headers, WHOLE, 1, encodeFields(fields)) };
}

/** A GET of which this pseudo-header field has another value. */
function pseudo(name: string, outcome: Outcome, field: string, value: string): Http2Variant {
  return head(
    name,
    outcome,
    requestFields().map(([of, was]) => [of, of === field ? value : was]),
  );
}

/** A GET with this field more. */
function field(outcome: Outcome, name: string, value: string, title = `${name}: ${value}`): Http2Variant {
  return head(title, outcome, requestFields([name, value]));
}

/** A POST that declares this length, and what follows its head. */
function post(name: string, outcome: Outcome, length: string, ...frames: readonly Buffer[]): Http2Variant {
  const fields = requestFields(["content-length", length]).with(0, [":method", "POST"]);
  const send = Buffer.concat([frame(FRAME.headers, END_HEADERS, 1, encodeFields(fields)), ...frames]);
  return { name, outcome, send, declared: Number(length) };
}

const data = (flags: number, text: string): Buffer => frame(FRAME.data, flags, 1, Buffer.from(text));
const trailers = (...fields: RawField[]): Buffer => frame(FRAME.headers, WHOLE, 1, encodeFields(fields));

/** The rows of HTTP/2. */
export const HTTP2_ROWS: readonly Http2Row[] = [
  {
    id: "H21",
    title: "controls and spaces where they could end a line",
    variants: [
      pseudo("a space in :path", "reset", ":path", "/x HTTP/1.1"),
      pseudo("CRLF in :path", "reset", ":path", "/x HTTP/1.1\r\nX: b"),
      pseudo("NUL in :path", "reset", ":path", "/x\0"),
      pseudo("a tab in :path", "reset", ":path", "/x\ty"),
      pseudo("a fragment in :path", 400, ":path", "/x#y"),
      pseudo("an empty :path", "reset", ":path", ""),
      pseudo("a :path in absolute form", "reset", ":path", "https://other.example/x"),
      pseudo("a :path without a slash", "reset", ":path", "x"),
      pseudo("* with a GET", "reset", ":path", "*"),
      pseudo("a :path above the root", 400, ":path", "/../x"),
      pseudo("a space in :method", "reset", ":method", "GET /y"),
      pseudo("CRLF in :method", "reset", ":method", "GET\r\n"),
      pseudo("a method nobody knows", 501, ":method", "get"),
      pseudo("a space in :scheme", "reset", ":scheme", "https x"),
      pseudo("another :scheme", 400, ":scheme", "ftp"),
      pseudo("CRLF in :authority", "reset", ":authority", "test.example\r\nX: b"),
      pseudo("user information in :authority", "reset", ":authority", "a@test.example"),
      pseudo("a path in :authority", "reset", ":authority", "test.example/x"),
      pseudo("an empty :authority", "reset", ":authority", ""),
      field(400, "x-a", " a", "a space before a value"),
      field(400, "x-a", "a\t", "a tab behind a value"),
      // nghttp2 takes these out of the block and tells nobody, neither by node:http2 nor by a reset: 400 cannot be answered. What it
      // hands on is well-formed, and what is left out reaches no upstream.
      field("left out", "x-a", "a\rX: b", "CR in a value"),
      field("left out", "x-a", "a\nX: b", "LF in a value"),
      field("left out", "x-a", "a\r\nX: b", "CRLF in a value"),
      field("left out", "x-a", "a\0b", "NUL in a value"),
      field("left out", "x-a", "a\x7fb", "DEL in a value"),
      field("left out", "x-a\r\nx", "a", "CRLF in a name"),
      field("left out", "x-a: b", "a", "a colon in a name"),
      field("left out", "x a", "a", "a space in a name"),
      field("left out", "x\0a", "a", "NUL in a name"),
      field("left out", "x\xe9", "a", "an octet above 0x7E in a name"),
    ],
  },
  {
    id: "H22",
    title: "fields of a connection",
    variants: [
      field("reset", "transfer-encoding", "chunked"),
      field("reset", "connection", "x-a"),
      field("reset", "connection", "close"),
      field("reset", "upgrade", "websocket"),
      field("reset", "keep-alive", "timeout=5"),
      field("reset", "proxy-connection", "keep-alive"),
      field(400, "http2-settings", "AAMAAABk"),
      field("reset", "te", "gzip"),
      field("reset", "te", "trailers, gzip"),
    ],
  },
  {
    id: "H23",
    title: "a length that the content does not have",
    variants: [
      field("reset", "content-length", "5", "END_STREAM on HEADERS"),
      field("reset", "content-length", "+0", "a sign"),
      field("reset", "content-length", "0, 0", "a list"),
      head("twice, alike", "reset", requestFields(["content-length", "0"], ["content-length", "0"])),
      head("twice, different", "reset", requestFields(["content-length", "0"], ["content-length", "5"])),
      field("reset", "content-length", "99999999999999999999", "beyond 2^63"),
      post("too short", "reset", "10", data(END_STREAM, "hello")),
      post("too short, ended by trailers", "reset", "10", data(0, "hello"), trailers(["x-sum", "1"])),
      post("nothing, ended by trailers", "reset", "5", trailers(["x-sum", "1"])),
      // node:http2 takes nghttp2's refusal of a DATA frame for an error of the session.
      post("too long", "ended", "3", data(END_STREAM, "hello")),
      post("too long in its second frame", "ended", "3", data(0, "hel"), data(END_STREAM, "lo")),
      post("content where none was declared", "ended", "0", data(END_STREAM, "hello")),
    ],
  },
  {
    id: "H24",
    title: "pseudo-header fields and names",
    variants: [
      head(":path twice", "reset", [...requestFields(), [":path", "/y"]]),
      head(":method twice", "reset", [[":method", "GET"], ...requestFields()]),
      head(":authority twice", "reset", [[":authority", "other.example"], ...requestFields()]),
      head(":path behind a field", "reset", [...requestFields().slice(0, 3), ["x-a", "1"], [":path", "/x"]]),
      head("an unknown one", "reset", [[":x", "1"], ...requestFields()]),
      head(":status", "reset", [[":status", "200"], ...requestFields()]),
      head(":protocol with GET", "reset", [[":protocol", "websocket"], ...requestFields()]),
      head("no :method", "reset", requestFields().slice(1)),
      head("no :scheme", "reset", requestFields().toSpliced(1, 1)),
      head("no :path", "reset", requestFields().toSpliced(3, 1)),
      head("neither :authority nor host", "reset", requestFields().toSpliced(2, 1)),
      field("reset", "X-A", "1", "a capital in a name"),
      field("left out", "", "1", "an empty name"),
    ],
  },
  {
    id: "H25",
    title: "cookies in crumbs count towards the limits",
    variants: [
      head("101 of them", 431, requestFields(...Array.from({ length: 101 }, (): RawField => ["cookie", "a=b"]))),
    ],
  },
  {
    id: "H26",
    title: "tunnels that are none",
    variants: [
      head("CONNECT", 405, [
        [":method", "CONNECT"],
        [":authority", "test.example:443"],
      ]),
      head("CONNECT with a path", "reset", [[":method", "CONNECT"], ...requestFields().slice(1)]),
      head("extended CONNECT without a version", 426, extended("websocket")),
      head("extended CONNECT for another protocol", 501, extended("connect-udp")),
      head("extended CONNECT with a length", "reset", extended("websocket", ["content-length", "5"])),
      head("extended CONNECT without a path", "reset", extended("websocket").toSpliced(4, 1)),
      head("extended CONNECT, :protocol twice", "reset", [[":protocol", "websocket"], ...extended("websocket")]),
      head("TRACE", 405, requestFields().with(0, [":method", "TRACE"])),
    ],
  },
  {
    id: "HO7",
    title: "two hosts",
    variants: [
      field(400, "host", "other.example"),
      field(400, "host", "test.example:443"),
      head("host twice", "reset", requestFields(["host", "test.example"], ["host", "test.example"])),
      field("reset", "host", "", "an empty host"),
    ],
  },
];

function extended(protocol: string, ...more: readonly RawField[]): RawField[] {
  return [[":method", "CONNECT"], [":protocol", protocol], ...requestFields(...more).slice(1)];
}
