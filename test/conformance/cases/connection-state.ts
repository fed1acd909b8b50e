import type { Field } from "../../support/message.ts";
import {
  answered,
  forwardedGet,
  get,
  HOST,
  post,
  rejected,
  served,
  SMUGGLED,
  type Row,
  type Variant,
} from "../case.ts";

const KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
const WEBSOCKET = ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", KEY];
const H2C = ["Connection: Upgrade, HTTP2-Settings", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"];
const plain = (...lines: string[]): Variant => served(get(...lines), forwardedGet());
const handshake = (change: (lines: string[]) => string[]): string => get(...change([...WEBSOCKET]));
const without = (name: string) => (lines: string[]) => lines.filter((line) => !line.startsWith(name));
const needsVersion: Field = ["sec-websocket-version", "13"];

/** Rows that need a script at the upstream (CO3, CO4) have tests of their own. */
export const CONNECTION_STATE: readonly Row[] = [
  {
    id: "CO1",
    title: "garbage behind a valid request",
    variants: [
      "\x00\x01garbage\r\n\r\n",
      "garbage\r\n\r\n",
      "GET /x HTTP/9.9\r\n\r\n",
      "GET /x HTTP/1.1\r\n\r\n",
      "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\r\n\r\n",
    ].map((garbage) => ({
      name: JSON.stringify(garbage),
      send: get() + garbage,
      answers: [200, 400],
      closes: true,
      upstream: [forwardedGet()],
    })),
  },
  {
    id: "CO2",
    title: "a request behind Connection: close",
    variants: ["close", "CLOSE", "keep-alive, close", "close, X-Other"].map((value) => ({
      name: value,
      send: get(`Connection: ${value}`) + SMUGGLED,
      answers: [200],
      closes: true,
      upstream: [forwardedGet()],
    })),
  },
  {
    id: "CO5",
    title: "Upgrade with a body",
    variants: [
      rejected(400, post([...WEBSOCKET, "Content-Length: 5"], "hello").replace("POST", "GET")),
      rejected(
        400,
        post([...WEBSOCKET, "Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n\r\n").replace("POST", "GET"),
      ),
      rejected(400, post(["Connection: Upgrade", "Upgrade: foo", "Content-Length: 5"], "hello")),
      rejected(
        400,
        post(["Connection: Upgrade", "Upgrade: foo", "Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n\r\n"),
      ),
      served(
        post([...H2C, "Content-Length: 5"], "hello"),
        { line: "POST /x HTTP/1.1", fields: [["content-length", "5"]], body: "hello" },
        "but not h2c",
      ),
      served(
        post([...H2C, "Transfer-Encoding: chunked"], "5\r\nhello\r\n0\r\n\r\n"),
        { line: "POST /x HTTP/1.1", fields: [["transfer-encoding", "chunked"]], body: "hello" },
        "but not h2c, chunked",
      ),
    ],
  },
  {
    id: "CO6",
    title: "upgrades to HTTP/2 or TLS are not passed on",
    variants: [
      plain(...H2C),
      plain("Connection: Upgrade, HTTP2-Settings", "Upgrade: H2C", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"),
      plain("Connection: Upgrade", "Upgrade: h2c"),
      plain("Upgrade: h2c", "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"),
      plain("HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA"),
      plain("Connection: Upgrade", "Upgrade: HTTP/2.0"),
      plain("Connection: Upgrade", "Upgrade: h2"),
      plain("Connection: Upgrade", "Upgrade: TLS/1.3"),
    ],
  },
  {
    id: "CO7",
    title: "WebSocket handshakes that are none",
    variants: [
      answered(400, post(WEBSOCKET, "")),
      answered(400, `GET /x HTTP/1.0\r\nHost: ${HOST}\r\n${WEBSOCKET.join("\r\n")}\r\n\r\n`),
      answered(400, handshake(without(KEY))),
      answered(
        400,
        handshake((lines) => [...without(KEY)(lines), "Sec-WebSocket-Key: short"]),
      ),
      answered(
        400,
        handshake((lines) => [...without(KEY)(lines), "Sec-WebSocket-Key:"]),
      ),
      answered(400, handshake(without("Connection"))),
      answered(
        400,
        handshake((lines) => [...without("Connection")(lines), "Connection: keep-alive"]),
      ),
      ...["12", "8", "0", "014", "13, 8", "x"].map((version) => ({
        ...answered(
          426,
          handshake((lines) => [...without("Sec-WebSocket-Version")(lines), `Sec-WebSocket-Version: ${version}`]),
        ),
        answerField: needsVersion,
      })),
      answered([400, 426], handshake(without("Sec-WebSocket-Version"))),
    ],
  },
];
