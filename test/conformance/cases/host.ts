import { forwardedGet, get, HOST, rejected, served, type Row } from "../case.ts";

const withHost = (value: string): string => `GET /x HTTP/1.1\r\nHost: ${value}\r\n\r\n`;
const closing = { closes: true } as const;

export const HOST_ROWS: readonly Row[] = [
  {
    id: "HO1",
    title: "no Host in HTTP/1.1",
    variants: [rejected(400, "GET /x HTTP/1.1\r\n\r\n"), rejected(400, "GET /x HTTP/1.1\r\nX: 1\r\n\r\n")],
  },
  {
    id: "HO2",
    title: "two Host lines",
    variants: [
      rejected(400, get(`Host: ${HOST}`)),
      rejected(400, get("Host: evil.example")),
      rejected(400, get("X: 1", `hOST: ${HOST}`)),
      rejected(400, get("Host:")),
    ],
  },
  {
    id: "HO3",
    title: "a list in Host",
    variants: ["a, b", `${HOST}, ${HOST}`, `${HOST},${HOST}`, `${HOST},`].map((value) =>
      rejected(400, withHost(value)),
    ),
  },
  {
    id: "HO4",
    title: "what is not host[:port]",
    variants: [
      ...'a/b|u@a|a b|a:99999|[::1|a%00|a:80:80|a::|:|:80|a:b|a:-1|a:+80|a?b|a#b|a\\b|http://a|[::1]x|[]|[1]|[::1]:x|::1|a\tb|a"b|<a>|a\xe9b'.split(
        "|",
      ),
      "",
      " ",
      `${HOST}/x`,
      `${HOST}:99999`,
      `u:p@${HOST}`,
      `${HOST}%2f`,
      `${HOST}\x00`,
    ]
      .map((value) => rejected(400, withHost(value)))
      .concat([
        served(withHost("TEST.Example"), { line: "GET /x HTTP/1.1", host: "TEST.Example" }),
        served(withHost(`${HOST}:8080`), { line: "GET /x HTTP/1.1", host: `${HOST}:8080` }),
        // RFC 3986 §3.2.3: a port may be empty; §6.2.3: without it the colon goes.
        served(withHost(`${HOST}:`), { line: "GET /x HTTP/1.1" }),
        served(`GET http://${HOST}:/x HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, { line: "GET /x HTTP/1.1" }),
        served(withHost(`${HOST}.`), { line: "GET /x HTTP/1.1", host: `${HOST}.` }),
        served(withHost(`\t ${HOST} \t`), { line: "GET /x HTTP/1.1" }),
      ]),
  },
  {
    id: "HO5",
    title: "HTTP/1.0, with and without Host",
    variants: [
      { ...served("GET /x HTTP/1.0\r\n\r\n", { line: "GET /x HTTP/1.1", host: "" }), ...closing },
      { ...served(`GET /x HTTP/1.0\r\nHost: ${HOST}\r\n\r\n`, { line: "GET /x HTTP/1.1" }), ...closing },
      rejected(400, `GET /x HTTP/1.0\r\nHost: ${HOST}\r\nHost: ${HOST}\r\n\r\n`),
      rejected(400, "GET /x HTTP/1.0\r\nHost: a/b\r\n\r\n"),
    ],
  },
  {
    id: "HO6",
    title: "Connection must not strip what is ours",
    variants: [
      served(get("Connection: Host"), forwardedGet()),
      {
        ...served(
          get("Connection: close, X-Forwarded-For, Authorization", "Authorization: Basic eDp5"),
          // What an upstream decides by cannot be taken away on the way to it, though RFC 9110 §7.6.1 would let the client.
          forwardedGet(["authorization", "Basic eDp5"]),
        ),
        ...closing,
      },
      served(
        get("Connection: X-Real-IP, X-Forwarded-Host, X-Forwarded-Proto, X-Forwarded-Port, X-Request-ID, X-Scheme"),
        forwardedGet(),
      ),
      served(get("Connection: X-Custom", "X-Custom: 1", "X-Other: 2"), forwardedGet(["x-other", "2"])),
      served(
        get("Connection: keep-alive", "Connection: X-Custom", "X-Custom: 1", "Keep-Alive: timeout=5"),
        forwardedGet(),
      ),
      served(`POST /x HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Content-Length\r\nContent-Length: 5\r\n\r\nhello`, {
        line: "POST /x HTTP/1.1",
        fields: [["content-length", "5"]],
        body: "hello",
      }),
      served(
        `POST /x HTTP/1.1\r\nHost: ${HOST}\r\nConnection: Transfer-Encoding\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n`,
        {
          line: "POST /x HTTP/1.1",
          fields: [["transfer-encoding", "chunked"]],
          body: "hello",
        },
      ),
    ],
  },
];
