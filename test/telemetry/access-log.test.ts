import { expect, test } from "vitest";
import { jsonLine, prettyLine } from "../../src/telemetry/access-log.ts";
import { PIECE_BYTES } from "../../src/telemetry/line-writer.ts";
import { exchange } from "./exchanges.ts";

test("pretty: one line with everything one asks for first, and no query", () => {
  expect(prettyLine(exchange())).toMatch(
    /^\d\d:\d\d:\d\d\.\d{3} GET shop\.example\.com\/cart 200 shop\/web 10\.0\.0\.7:8080 12\.3ms \(upstream 11\.5ms\) 512B$/,
  );
});

test("pretty: a failure is named with its detail", () => {
  const line = prettyLine(
    exchange({
      status: 502,
      failure: "connect_failed",
      failureDetail: "connect ECONNREFUSED 10.0.0.8:8080",
      attempts: [
        {
          endpoint: "10.0.0.7:8080",
          startedAt: 1000,
          reused: false,
          connectTime: null,
          headTime: null,
          status: null,
          failure: "connect_failed",
        },
        {
          endpoint: "10.0.0.8:8080",
          startedAt: 1000,
          reused: false,
          connectTime: null,
          headTime: null,
          status: null,
          failure: "connect_failed",
        },
      ],
    }),
  );
  expect(line).toContain(" 502 shop/web 10.0.0.8:8080 (try 2) ");
  expect(line).toContain("(upstream -)");
  expect(line).toMatch(/ connect_failed: connect ECONNREFUSED 10\.0\.0\.8:8080$/);
});

test("pretty: a request that met no route, and a client that left", () => {
  expect(prettyLine(exchange({ status: 404, route: null, attempts: [], upstream: "" }))).toContain(" 404 no route - ");
  expect(prettyLine(exchange({ status: 0 }))).toContain(" --- ");
});

test("pretty: what a client sends cannot forge a line or steer a terminal", () => {
  const line = prettyLine(exchange({}, { target: "/\u001b[31m\r\n12:00:00.000 GET forged", host: "a\u202eb" }));
  expect(line).not.toMatch(/[\u0000-\u001f\u202e]/);
  expect(line).toContain("a\\u202eb/\\u001b[31m\\u000d\\u000a12:00:00.000");
});

test("pretty: colours go where they are asked for", () => {
  const line = prettyLine(exchange({ status: 502 }), (tone, text) => `<${tone}>${text}`);
  expect(line).toContain("<worse>502");
});

const TRACEPARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

test("json: the fields, by their names", () => {
  const line = jsonLine(
    exchange({}, {}, { Traceparent: TRACEPARENT, "User-Agent": "curl/8", Referer: "https://a.example/b?token=secret" }),
  );
  expect(JSON.parse(line)).toEqual({
    time: new Date(performance.timeOrigin + 1000).toISOString(),
    remote_addr: "127.0.0.1",
    method: "GET",
    host: "shop.example.com",
    path: "/cart",
    protocol: "HTTP/1.1",
    scheme: "http",
    status: 200,
    bytes_in: 3,
    bytes_out: 512,
    duration: 0.01225,
    upstream: { addr: "10.0.0.7:8080", status: 200, duration: 0.0115, attempts: 1 },
    namespace: "shop",
    ingress: "web",
    service: "cart",
    service_port: "80",
    request_id: "0123456789abcdef0123456789abcdef",
    trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
    user_agent: "curl/8",
    referer: "https://a.example/b",
    flags: [],
    detail: null,
  });
});

test("json: a failure is a flag, with its detail; what is unknown is null", () => {
  const line = jsonLine(
    exchange({ status: 404, route: null, upstream: "", attempts: [], failure: "no_route", failureDetail: "no host" }),
  );
  expect(JSON.parse(line)).toMatchObject({
    flags: ["no_route"],
    detail: "no host",
    upstream: null,
    namespace: null,
    ingress: null,
    service: null,
    service_port: null,
    user_agent: null,
  });
});

test("json: a line fits one piece whatever is sent, and stays JSON", () => {
  const long = '"\\€'.repeat(6000);
  const line = jsonLine(
    exchange(
      { failure: "bad_request", failureDetail: long },
      { target: `/${long}`, host: long },
      { "User-Agent": '"\\é'.repeat(6000) },
    ),
  );
  expect(Buffer.byteLength(line)).toBeLessThan(PIECE_BYTES);
  expect(JSON.parse(line)).toMatchObject({ flags: ["bad_request"] });
});
