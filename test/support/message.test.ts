// The reader the other tests trust: if it let a malformed message pass, they would too.
import { expect, test } from "vitest";
import { Malformed, readRequest, readResponse } from "./message.ts";

const request = (text: string) => readRequest(Buffer.from(text, "latin1"), 0);
const chunked = (body: string): string => `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n${body}`;
const ok = (lines: string, body = ""): Buffer => Buffer.from(`HTTP/1.1 200 OK\r\n${lines}\r\n${body}`, "latin1");

test("a whole request is read to its last byte and no further", () => {
  const text = chunked("a\r\n0123456789\r\n0\r\nX: 1\r\n\r\n");
  const found = request(`${text}GET`);
  expect(found?.end).toBe(text.length);
  expect(found?.message).toMatchObject({ startLine: "POST / HTTP/1.1", framing: "chunked", trailers: [["X", "1"]] });
  expect(found?.message.body.toString()).toBe("0123456789");
  for (let cut = 0; cut < text.length; cut++) expect(request(text.slice(0, cut))).toBeNull();
});

const MALFORMED = [
  "GET  / HTTP/1.1\r\n\r\n",
  "GET / HTTP/1.0\r\n\r\n",
  "GET / HTTP/1.1\nHost: a\r\n\r\n",
  "GET / HTTP/1.1\r\nHost : a\r\n\r\n",
  "GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n",
  "GET / HTTP/1.1\r\nX: a\x00\r\n\r\n",
  "GET / HTTP/1.1\r\nContent-Length: 05\r\n\r\n",
  "GET / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n",
  "GET / HTTP/1.1\r\nContent-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  "GET / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n",
  chunked("5;a\r\nhello\r\n0\r\n\r\n"),
  chunked("05\r\nhello\r\n0\r\n\r\n"),
  chunked("5\r\nhelloX\r\n0\r\n\r\n"),
  chunked("\r\n"),
];
for (const text of MALFORMED) {
  test(`${JSON.stringify(text)} is refused`, () => {
    expect(() => request(text)).toThrow(Malformed);
  });
}

test("a response without framing ends with the connection, one to HEAD with its head", () => {
  expect(readResponse(ok("", "abc"), 0, false, false)).toBeNull();
  expect(readResponse(ok("", "abc"), 0, false, true)?.message.body.toString()).toBe("abc");
  expect(readResponse(ok("Content-Length: 3\r\n"), 0, true, false)?.message.body.length).toBe(0);
  expect(readResponse(ok("Content-Length: 3\r\n", "ab"), 0, false, true)).toBeNull();
});
