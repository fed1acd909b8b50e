import { expect, test } from "vitest";
import type { GatewayHeaders } from "../../../src/data-plane/exchange/headers.ts";
import {
  COMMON,
  compileFormat,
  LogFormatError,
  UPSTREAM_INFO,
  variableNames,
} from "../../../src/telemetry/log-format/compile-format.ts";
import { PIECE_BYTES } from "../../../src/telemetry/line-writer.ts";
import { attempt, exchange } from "../exchanges.ts";

const line = (format: string, of = exchange(), escape: "default" | "json" = "default"): string =>
  compileFormat(format, escape)(of);

test("the line of ingress-nginx, to the letter", () => {
  const headers = { referer: "https://example.com/", "user-agent": "curl/8", authorization: "Basic YWxpY2U6czNjcmV0" };
  expect(line(UPSTREAM_INFO, exchange({}, {}, headers))).toMatch(
    new RegExp(
      String.raw`^127\.0\.0\.1 - alice \[\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d:\d\d [+-]\d{4}\] ` +
        String.raw`"GET /cart\?token=secret HTTP/1\.1" 200 512 "https://example\.com/" "curl/8" ` +
        String.raw`\d+ 0\.012 \[shop-cart-80\] \[\] 10\.0\.0\.7:8080 512 0\.012 200 0123456789abcdef0123456789abcdef$`,
    ),
  );
});

test("what is not there is a dash", () => {
  const nobody = exchange({ route: null, upstream: "", attempts: [], status: 404, responseBytes: 0, requestBytes: 0 });
  expect(line(UPSTREAM_INFO, nobody).replace(/\[\d.*?\]/, "[time]")).toBe(
    '127.0.0.1 - - [time] "GET /cart?token=secret HTTP/1.1" 404 0 "-" "-" 2 0.012 [-] [] - - - - 0123456789abcdef0123456789abcdef',
  );
  const malformed = exchange({ route: null, attempts: [], status: 400 }, { method: "-", target: "-" });
  expect(line('"$request" $request_uri', malformed)).toBe('"-" -');
});

test("several attempts have commas between", () => {
  const record = {
    attempts: [
      attempt({ endpoint: "10.0.0.7:80", failure: "connect_failed", status: null, headTime: null, connectTime: null }),
      attempt({ endpoint: "10.0.0.8:80", startedAt: 1004, reused: true, connectTime: null, headTime: 2 }),
    ],
  };
  const format = "$upstream_addr|$upstream_status|$upstream_response_time|$upstream_connect_time|$upstream_header_time";
  expect(line(`${format}|$upstream_response_length`, exchange(record))).toBe(
    "10.0.0.7:80, 10.0.0.8:80|502, 200|0.004, 0.008|-, 0.000|-, 0.002|0, 512",
  );
});

test.each([
  ["$http_x_some_header", "of the client"],
  ["$cookie_session", "abc"],
  ["$arg_token", "secret"],
  ["$arg_tok", "-"],
  ["$args$is_args", "token=secret?"],
  ["$uri $host $http_host $best_http_host", "/cart shop.example.com - shop.example.com:8080"],
  ["$server_name $server_port $server_protocol $scheme", "_ 8080 HTTP/1.1 http"],
  ["$namespace/$ingress_name $service_name:$service_port $location_path", "shop/web cart:80 /"],
  ["${status}x", "200x"],
  ["$request_method $request_completion $failure", "GET OK -"],
  ["100% $", "100% $"],
])("%s is %s", (format, expected) => {
  expect(
    line(format, exchange({}, {}, { "x-some-header": "of the client", cookie: "a=1; session=abc; sessions=x" })),
  ).toBe(expected);
});

test("HTTP/2 is told as nginx does, and a status that nobody got", () => {
  expect(line("$server_protocol $status", exchange({ status: 0 }, { httpVersion: "2" }))).toBe("HTTP/2.0 000");
});

test("an unknown variable is an error that lists what there is", () => {
  for (const format of ["$nonsense", "$ssl_cipher", "$http_", "$constructor"]) {
    expect(() => compileFormat(format, "default"), format).toThrow(LogFormatError);
  }
  expect(() => compileFormat("$time_locale", "default")).toThrow(/no variable \$time_locale; .*\$time_local, /);
  for (const name of variableNames()) expect(() => compileFormat(name, "default"), name).not.toThrow();
});

const EVIL = 'a"b\\c\r\nd\te\x00f\x7f\xe4';

test("a client ends neither a line nor a field", () => {
  const headers = { get: () => EVIL, textLength: 0 } as unknown as GatewayHeaders;
  const evil = exchange({}, { target: `/${EVIL}`, headers });
  expect(line('"$http_user_agent"', evil)).toBe(String.raw`"a\x22b\x5Cc\x0D\x0Ad\x09e\x00f\x7F\xE4"`);
  for (const format of [UPSTREAM_INFO, COMMON, variableNames().join(" ").replaceAll("NAME", "x")]) {
    expect(line(format, evil)).not.toMatch(/[\x00-\x1f\x7f-\uffff]/);
  }
});

test("escaped for JSON it is JSON, and what is not there is empty", () => {
  const headers = { get: (name: string) => (name === "user-agent" ? EVIL : undefined) } as unknown as GatewayHeaders;
  const written = line(
    '{"agent":"$http_user_agent","referer":"$http_referer","n":$status}',
    exchange({}, { headers }),
    "json",
  );
  expect(JSON.parse(written)).toEqual({ agent: 'a"b\\c\r\nd\te\x00f\ufffd\ufffd', referer: "", n: 200 });
  expect(written).not.toContain("\n");
  const utf8 = { get: () => Buffer.from("Zürich").toString("latin1") } as unknown as GatewayHeaders;
  expect(line("$http_x", exchange({}, { headers: utf8 }), "json")).toBe("Zürich");
});

test("a format of several lines gives one line, and a long value does not cut it in the middle", () => {
  const long = exchange({}, { target: `/${"x".repeat(8000)}`, path: `/${"x".repeat(8000)}` });
  const written = line('{\n  "a": "$request_uri",\n  "b": "$uri", "c": "$request",\n "d": "$arg_x"\n}\n', long, "json");
  expect(written.length).toBeLessThan(PIECE_BYTES);
  expect(JSON.parse(written)).toMatchObject({ d: "" });
});
