import { describe, expect, test } from "vitest";
import { Failed, FAILURES, type FailureName } from "../../../src/data-plane/exchange/failure.ts";
import { GatewayHeaders } from "../../../src/data-plane/exchange/headers.ts";
import { answerFailure } from "../../../src/data-plane/proxy/answer-failure.ts";

const NAMES = Object.keys(FAILURES) as FailureName[];
const ID = "abc-123";
const asking = (accept?: string) => GatewayHeaders.of(accept === undefined ? {} : { Accept: accept });
const SECRET = "10.0.0.7:8080 shop/web";

describe.each(NAMES)("%s", (name) => {
  const failed = new Failed(name, SECRET);
  const { status, text, side } = FAILURES[name];

  test("as text", () => {
    const { headers, body, ...rest } = answerFailure(failed, asking(), ID);
    expect(rest).toEqual({
      status,
      reason: "",
      close: side === "downstream" || ["overloaded", "out_of_sockets", "out_of_ports"].includes(name),
    });
    expect(headers.get("content-type")).toBe("text/plain; charset=utf-8");
    expect(headers.get("cache-control")).toBe("no-store");
    expect(headers.get("x-request-id")).toBe(ID);
    expect(body).toMatch(new RegExp(`^${status}.*\\n${text.replace(/[.()]/g, "\\$&")}\\nRequest ID: ${ID}\\n$`));
  });

  test("as JSON", () => {
    const { headers, body } = answerFailure(failed, asking("application/json"), ID);
    expect(headers.get("content-type")).toBe("application/json");
    expect(JSON.parse(body as string)).toEqual({ status, error: name, message: text, requestId: ID });
  });

  test("as HTML", () => {
    const { headers, body } = answerFailure(failed, asking("text/html"), ID);
    expect(headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(body).toContain(`<p>${text}</p>`);
  });

  test("never says what is behind us", () => {
    for (const accept of [undefined, "application/json", "text/html"]) {
      expect(JSON.stringify(answerFailure(failed, asking(accept), ID).body)).not.toMatch(/10\.0\.0\.7|shop\/web/);
    }
  });

  test("says when to come again, and which WebSocket to speak, where that helps", () => {
    const { headers } = answerFailure(failed, asking(), ID);
    expect(headers.get("retry-after")).toBe(status === 503 ? "5" : undefined);
    expect(headers.get("sec-websocket-version")).toBe(name === "upgrade_required" ? "13" : undefined);
  });
});

test.each([
  ["application/json", "application/json"],
  ["APPLICATION/JSON", "application/json"],
  ["application/problem+json", "application/json"],
  ["application/vnd.api+json;q=0.9, */*", "application/json"],
  ["text/html, application/json;q=0.5", "application/json"],
  ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "text/html; charset=utf-8"],
  ["*/*", "text/plain; charset=utf-8"],
  ["", "text/plain; charset=utf-8"],
  ["application/jsonx", "text/plain; charset=utf-8"],
  ["image/png", "text/plain; charset=utf-8"],
])("Accept: %s gets %s", (accept, type) => {
  expect(answerFailure(new Failed("no_route", ""), asking(accept), ID).headers.get("content-type")).toBe(type);
});

test("an id of the client's own making does no harm in HTML", () => {
  const { body } = answerFailure(new Failed("no_route", ""), asking("text/html"), `<script>"'&`);
  expect(body).toContain("&#60;script&#62;&#34;&#39;&#38;");
  expect(body).not.toContain("<script");
});
