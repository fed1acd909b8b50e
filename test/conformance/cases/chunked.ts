import type { Field } from "../../support/message.ts";
import { cut, post, served, type Row, type Variant } from "../case.ts";

const chunked = (body: string): string => post(["Transfer-Encoding: chunked"], body);
const broken = (body: string, name?: string): Variant => cut(400, chunked(body), name);
const sized = (size: string): Variant => broken(`${size}\r\nhello\r\n0\r\n\r\n`);

function whole(send: string, body: string, trailers: readonly Field[] = [], name?: string): Variant {
  return served(
    chunked(send),
    { line: "POST /x HTTP/1.1", fields: [["transfer-encoding", "chunked"]], body, trailers },
    name,
  );
}

const FORBIDDEN = [
  "Content-Length: 5",
  "Transfer-Encoding: chunked",
  "Host: evil.example",
  "Authorization: Basic eDp5",
  "X-Forwarded-For: 6.6.6.6",
  "X-Forwarded-Proto: https",
  "X-Real-IP: 6.6.6.6",
  "Forwarded: for=6.6.6.6",
  "Connection: close",
  "TE: trailers",
  "Trailer: X",
  "Upgrade: foo",
  "Cookie: a=b",
  "Content-Type: text/html",
  "Content-Encoding: gzip",
  "Content-Range: bytes 0-1/2",
  "Expect: 100-continue",
  "Content_Length: 5",
];

export const CHUNKED: readonly Row[] = [
  {
    id: "CH1",
    title: "size line ended by LF",
    variants: ["5\nhello\r\n0\r\n\r\n", "5\r\nhello\r\n0\n\r\n", "5;a\nhello\r\n0\r\n\r\n", "0\n\n"].map((body) =>
      broken(body),
    ),
  },
  {
    id: "CH2",
    title: "size line ended by CR and something",
    variants: [
      "5\rXhello\r\n0\r\n\r\n",
      "5\r\r;ABCD\r\nhello\r\n0\r\n\r\n",
      "5\r\r\nhello\r\n0\r\n\r\n",
      "5\rhello\r\n0\r\n\r\n",
    ].map((body) => broken(body)),
  },
  { id: "CH3", title: "white space about the size", variants: ["5 ", " 5", "\t5", "5\t", "5\x0b", "\r\n5"].map(sized) },
  {
    id: "CH4",
    title: "what is no hexadecimal number",
    variants: ["+5", "-5", "0x5", "5_0", "Z", "", "5h", "5.", "\xb2", "-0", "+0", "5,5"].map(sized),
  },
  {
    id: "CH5",
    title: "size that overflows",
    variants: [
      "F".repeat(17),
      "F".repeat(16),
      "20000000000000",
      "10000000000000005",
      "100000000000000000000000000000005",
      "8000000000000000",
    ].map(sized),
  },
  {
    id: "CH6",
    title: "data that is not followed by CRLF",
    variants: [
      "5\r\nhelloX\r\n0\r\n\r\n",
      "5\r\nhello0\r\n\r\n",
      "5\r\nhello\r0\r\n\r\n",
      "5\r\nhello\n0\r\n\r\n",
      "5\r\nhelloXX0\r\n\r\n",
      "5\r\nhello\r\r\n0\r\n\r\n",
    ].map((body) => broken(body)),
  },
  {
    id: "CH7",
    title: "extensions",
    variants: [
      ...["5;", "5;\n", "5;a\rb", "5;\x00", '5;a="b', "5;a=b\x7f", "5;a\x01", "5;=b", "0;a\x00"].map(sized),
      broken('5;a="\r\nhello\r\n0\r\n\r\n'),
      whole("5;a=b\r\nhello\r\n0\r\n\r\n", "hello"),
      whole('5;a="b c\\"d;e"\r\nhello\r\n0;last\r\n\r\n', "hello"),
      whole("5;a;b=c;d\r\nhello\r\n0\r\n\r\n", "hello"),
    ],
  },
  {
    id: "CH8",
    title: "extensions without measure",
    variants: [
      cut(413, chunked(`5;a=${"b".repeat(20_000)}\r\nhello\r\n0\r\n\r\n`), "one of 20 kB"),
      cut(413, chunked(`5;a=${"b".repeat(40_000)}`), "one without an end"),
      cut(413, chunked(`1;${"a".repeat(300)}\r\nx\r\n`.repeat(100) + "0\r\n\r\n"), "a hundred of 300 bytes"),
      cut(413, chunked(`0;a=${"b".repeat(20_000)}\r\n\r\n`), "on the last chunk"),
    ],
  },
  {
    id: "CH9",
    title: "chunks of one byte",
    variants: [whole("1\r\na\r\n".repeat(20_000) + "0\r\n\r\n", "a".repeat(20_000), [], "20,000 of them")],
  },
  {
    id: "CH11",
    title: "forbidden trailers",
    variants: [
      ...FORBIDDEN.map((line) =>
        whole(`5\r\nhello\r\n0\r\nX-Kept: 1\r\n${line}\r\n\r\n`, "hello", [["x-kept", "1"]], line),
      ),
      whole(`5\r\nhello\r\n0\r\n${FORBIDDEN.join("\r\n")}\r\n\r\n`, "hello", [], "all of them and nothing else"),
      cut([400, 413, 431], chunked(`5\r\nhello\r\n0\r\n${"a: b\r\n".repeat(101)}\r\n`), "101 trailers"),
      cut([400, 413, 431], chunked(`5\r\nhello\r\n0\r\nX: ${"a".repeat(40_000)}\r\n\r\n`), "40 kB of trailers"),
    ],
  },
  {
    id: "CH12",
    title: "end of the trailers",
    variants: [
      ...[
        "0\r\nX: a\n\r\n",
        "0\r\n\rX",
        "0\r\nX: a\r\n\n",
        "0\r\n X: a\r\n\r\n",
        "0\r\nX : a\r\n\r\n",
        "0\r\nX: a\r\n b\r\n\r\n",
        "0\r\n: a\r\n\r\n",
      ].map((end) => broken(`5\r\nhello\r\n${end}`)),
      broken("5\r\nhello\r\n0\r\nX\r\n\r\n"),
      broken("5\r\nhello\r\n0\r\nX: a\x00\r\n\r\n"),
      broken("5\r\nhello\r\n0\r\nX: a\rY: b\r\n\r\n"),
      broken("5\r\nhello\r\n00x\r\n\r\n"),
    ],
  },
];
