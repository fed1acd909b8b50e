import { answered, get, HOST, post, rejected, served, SMUGGLED, type Forwarded, type Row } from "../case.ts";
import type { Field } from "../../support/message.ts";

const CHUNKED_HELLO = "5\r\nhello\r\n0\r\n\r\n";
const length = (value: string): string => post([`Content-Length: ${value}`], "hello");
const coding = (...lines: string[]): string => post(lines, CHUNKED_HELLO);
const te = (value: string): string => coding(`Transfer-Encoding: ${value}`);

function posted(body: string, ...fields: Field[]): Forwarded {
  return { line: "POST /x HTTP/1.1", fields: [...fields, ["content-length", String(body.length)]], body };
}

const CHUNKED: Forwarded = { line: "POST /x HTTP/1.1", fields: [["transfer-encoding", "chunked"]], body: "hello" };

/** A body that is a request: if the gateway loses the length, the next answer is the smuggled one's. */
function withBody(method: string) {
  const framed = (lines: string, body: string): string =>
    `${method} /x HTTP/1.1\r\nHost: ${HOST}\r\n${lines}\r\n\r\n${body}`;
  const toHead = method === "HEAD";
  const line = `${method} /x HTTP/1.1`;
  return [
    {
      ...served(
        framed(`Content-Length: ${SMUGGLED.length}`, SMUGGLED),
        { line, fields: [["content-length", String(SMUGGLED.length)]], body: SMUGGLED },
        `${method} with Content-Length`,
      ),
      toHead,
    },
    {
      ...served(
        framed("Transfer-Encoding: chunked", `${SMUGGLED.length.toString(16)}\r\n${SMUGGLED}\r\n0\r\n\r\n`),
        { line, fields: [["transfer-encoding", "chunked"]], body: SMUGGLED },
        `${method} chunked`,
      ),
      toHead,
    },
  ];
}

function expecting(value: string): string {
  return post([`Expect: ${value}`, `Content-Length: ${SMUGGLED.length}`], SMUGGLED);
}

export const BODY_FRAMING: readonly Row[] = [
  {
    id: "CL1",
    title: "Content-Length and Transfer-Encoding",
    variants: [
      rejected(400, coding("Content-Length: 5", "Transfer-Encoding: chunked")),
      rejected(400, coding("Transfer-Encoding: chunked", "Content-Length: 5")),
      rejected(400, coding("Content-Length: 0", "Transfer-Encoding: chunked")),
      rejected(400, coding(`Content-Length: ${CHUNKED_HELLO.length}`, "X: 1", "Transfer-Encoding: chunked")),
      rejected(400, coding("Content-Length: 5", "Transfer-Encoding: identity")),
    ],
  },
  {
    id: "CL2",
    title: "two Content-Length lines",
    variants: [
      rejected(400, post(["Content-Length: 5", "Content-Length: 6"], "hello!")),
      rejected(400, post(["Content-Length: 0", "Content-Length: 5"], "hello")),
      rejected(400, post(["Content-Length: 5", "X: 1", "content-length: 0"], "hello")),
      rejected(400, post(["Content-Length: 5", "Content-Length: 5"], "hello")),
    ],
  },
  {
    id: "CL3",
    title: "a list in Content-Length",
    variants: ["5, 5", "5, 6", "5,5", ",5", "5,", "5,,5"].map((value) => rejected(400, length(value))),
  },
  {
    id: "CL4",
    title: "what is no decimal",
    variants: [
      "+5",
      "-5",
      "0x5",
      "5_0",
      "5.0",
      "1e1",
      "5 5",
      "Z",
      '"5"',
      "-0",
      "5;",
      "5\t5",
      "NaN",
      "Infinity",
      "5n",
      "0b1",
      "0o5",
      "\u0035\x0b",
    ].map((value) => rejected(400, length(value))),
  },
  {
    id: "CL5",
    title: "empty Content-Length",
    variants: ["", " ", "\t"]
      .map((value) => rejected(400, length(value)))
      .concat(rejected(400, post(["Content-Length:"], "hello"))),
  },
  {
    id: "CL6",
    title: "leading zeros",
    variants: [
      served(length("005"), posted("hello")),
      served(post(["Content-Length: 010"], "0123456789"), posted("0123456789")),
      served(post(["Content-Length: 00"], ""), posted("")),
      served(post([`Content-Length: ${"0".repeat(40)}5`], "hello"), posted("hello")),
    ],
  },
  {
    id: "CL7",
    title: "more than a number holds",
    variants: [
      "18446744073709551616",
      "18446744073709551621",
      "9007199254740992",
      "9007199254740993",
      "9".repeat(30),
      "4294967296".repeat(3),
    ].map((value) => rejected(413, length(value))),
  },
  {
    id: "TE1",
    title: "unknown codings",
    variants: ["xchunked", "chunkedchunked", "identity", "chunk", '"chunked"', "chunkedx", "CHUNK"].map((value) =>
      rejected(501, te(value)),
    ),
  },
  {
    id: "TE2",
    title: "chunked is not last",
    variants: ["chunked, identity", "chunked, gzip", "chunked,chunked", "chunked, chunked"].map((value) =>
      rejected(400, te(value)),
    ),
  },
  {
    id: "TE3",
    title: "another coding under chunked",
    variants: ["gzip, chunked", "gzip,chunked", "deflate, chunked", "x, chunked"].map((value) =>
      rejected(501, te(value)),
    ),
  },
  {
    id: "TE4",
    title: "what is not exactly chunked",
    variants: [
      ...[
        ",chunked",
        "chunked,",
        "chunked;q=1",
        "chunked\x0b",
        "\x0bchunked",
        "chunked\x00",
        "chunked;",
        ", chunked",
        "chunked ,",
        "",
      ].map((value) => rejected(400, te(value))),
      rejected([400, 501], te("chunked chunked")),
      rejected(400, coding("Transfer-Encoding: chunked\t")),
      rejected(400, coding("Transfer-Encoding:")),
      rejected(400, post(["Transfer-Encoding:", "Content-Length: 5"], "hello")),
      rejected(400, post(["Content-Length: 5", "Transfer-Encoding:"], "hello")),
      rejected(400, get("Transfer-Encoding:")),
      served(te("chunked"), CHUNKED),
      served(te("CHUNKED"), CHUNKED),
    ],
  },
  {
    id: "TE5",
    title: "two Transfer-Encoding lines",
    variants: [
      ["chunked", "chunked"],
      ["deflate", "chunked"],
      ["chunked", "identity"],
      ["identity", "chunked"],
      ["", "chunked"],
      ["chunked", ""],
      ["chunked", "cow"],
    ].map((codings) => rejected(400, coding(...codings.map((value) => `Transfer-Encoding: ${value}`)))),
  },
  {
    id: "TE6",
    title: "Transfer-Encoding in HTTP/1.0",
    variants: ["chunked", "identity"]
      .map((value) =>
        rejected(400, `POST /x HTTP/1.0\r\nHost: ${HOST}\r\nTransfer-Encoding: ${value}\r\n\r\n${CHUNKED_HELLO}`),
      )
      .concat(
        rejected(
          400,
          `POST /x HTTP/1.0\r\nHost: ${HOST}\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n${CHUNKED_HELLO}`,
        ),
      ),
  },
  {
    id: "TE7",
    title: "a body with any method",
    variants: ["GET", "HEAD", "DELETE", "OPTIONS", "PATCH", "QUERY", "PURGE"].flatMap(withBody),
  },
  {
    id: "TE8",
    title: "Expect",
    variants: [
      ...["y 100-continue", "100-continued", "100", "100-continue, x", "200-ok", "100-continue;q=1"].map((value) =>
        answered(417, expecting(value)),
      ),
      rejected(400, post(["Expect:", " 100-continue", `Content-Length: ${SMUGGLED.length}`], SMUGGLED)),
      served(expecting("100-continue"), {
        line: "POST /x HTTP/1.1",
        fields: [
          ["expect", "100-continue"],
          ["content-length", String(SMUGGLED.length)],
        ],
        body: SMUGGLED,
      }),
      served(expecting("100-Continue"), {
        line: "POST /x HTTP/1.1",
        fields: [
          ["expect", "100-continue"],
          ["content-length", String(SMUGGLED.length)],
        ],
        body: SMUGGLED,
      }),
      served(
        post(["Expect: 100-continue", "Content-Length: 0"], ""),
        { line: "POST /x HTTP/1.1", fields: [["content-length", "0"]] },
        "no body to wait for",
      ),
      {
        ...served(
          `POST /x HTTP/1.0\r\nHost: ${HOST}\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\nhello`,
          posted("hello"),
          "HTTP/1.0: ignored",
        ),
        closes: true,
      },
      {
        ...served(
          `POST /x HTTP/1.0\r\nHost: ${HOST}\r\nExpect: the unexpected\r\nContent-Length: 5\r\n\r\nhello`,
          posted("hello"),
          "HTTP/1.0: unknown, ignored",
        ),
        closes: true,
      },
    ],
  },
];
