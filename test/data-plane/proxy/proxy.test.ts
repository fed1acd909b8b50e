import { describe, expect, test } from "vitest";
import type { Downstream, Exchange } from "../../../src/data-plane/exchange/exchange.ts";
import { Failed } from "../../../src/data-plane/exchange/failure.ts";
import type { Handler } from "../../../src/data-plane/exchange/handler.ts";
import type { GatewayRequest } from "../../../src/data-plane/exchange/request.ts";
import type { GatewayResponse } from "../../../src/data-plane/exchange/response.ts";
import { serve } from "../../../src/data-plane/proxy/proxy.ts";
import { RouteTable } from "../../../src/data-plane/route-table/route-table.ts";
import { exchange, headers } from "../../support/exchanges.ts";
import { snapshotOfHosts, virtualHost } from "../../support/routes.ts";

const ANSWER: GatewayResponse = { status: 200, reason: "", headers: headers(), body: "served" };

interface Given {
  readonly handler?: Handler;
  readonly request?: Partial<GatewayRequest>;
  readonly exchange?: Partial<Exchange>;
  /** What relaying does besides being seen. */
  readonly relay?: (response: GatewayResponse, times: number) => Promise<void>;
  readonly headSent?: boolean;
}

async function served(given: Given) {
  const table = new RouteTable<Handler>(
    snapshotOfHosts(virtualHost("test.example", ["Prefix /"]), virtualHost("*", ["Prefix /any"], "default")),
    () => given.handler ?? (() => Promise.resolve(ANSWER)),
  );
  const asked: Exchange = { ...exchange(given.request), ...given.exchange };
  const steps: string[] = [];
  const responses: GatewayResponse[] = [];
  const downstream: Downstream = {
    headSent: given.headSent ?? false,
    relay: (response) => {
      steps.push(`relay ${response.status}`);
      responses.push(response);
      return given.relay?.(response, responses.length) ?? Promise.resolve();
    },
    cutOff: () => void steps.push("cut off"),
    finish: () => void steps.push("finish"),
  };
  await serve(asked, table, downstream, (finished) => {
    expect(finished).toBe(asked);
    expect(finished.record.finishedAt).toBeGreaterThan(0);
    steps.push("finished");
  });
  return { steps, record: asked.record, responses };
}

const rejecting =
  (failed: Error): Handler =>
  () =>
    Promise.reject(failed);

describe("every exchange is finished exactly once", () => {
  test.each<[string, Given, string[]]>([
    ["answered", {}, ["relay 200"]],
    ["failed before the head", { handler: rejecting(new Failed("connect_failed", "x")) }, ["relay 502"]],
    ["failed by a defect of ours", { handler: rejecting(new TypeError("x")) }, ["relay 500"]],
    [
      "failed by a handler that throws at once",
      {
        handler: () => {
          throw new Failed("no_endpoints", "x");
        },
      },
      ["relay 503"],
    ],
    [
      "failed behind the head",
      { headSent: true, relay: () => Promise.reject(new Failed("upstream_truncated", "x")) },
      ["relay 200", "cut off"],
    ],
    [
      "failed, and so did the answer",
      { relay: () => Promise.reject(new Failed("client_closed", "x")) },
      ["relay 200", "relay 499", "cut off"],
    ],
    [
      "left by the client",
      { handler: rejecting(new Failed("client_closed", "x")), exchange: { aborted: new Failed("client_closed", "x") } },
      ["cut off"],
    ],
    ["refused", { exchange: { refused: new Failed("bad_request", "x") } }, ["relay 400"]],
  ])("%s", async (_what, given, steps) => {
    expect((await served(given)).steps).toEqual([...steps, "finish", "finished"]);
  });
});

describe("the record", () => {
  test("names the route", async () => {
    expect((await served({})).record.route?.name).toBe("test.example Prefix /");
    expect((await served({ request: { host: "x.test", path: "/" } })).record.route?.name).toBe("default");
  });

  test("names the failure, with its detail", async () => {
    const { record } = await served({ handler: rejecting(new Failed("connect_failed", "10.0.0.1:80: refused")) });
    expect(record).toMatchObject({ failure: "connect_failed", failureDetail: "10.0.0.1:80: refused" });
  });

  test("has the status of a client that left", async () => {
    const gone = new Failed("client_closed", "x");
    expect((await served({ handler: rejecting(gone), exchange: { aborted: gone } })).record.status).toBe(499);
  });
});

describe("answered by the gateway itself", () => {
  test("OPTIONS *", async () => {
    const { responses, record } = await served({ request: { method: "OPTIONS", target: "*", path: "*" } });
    expect(responses.map(({ status }) => status)).toEqual([204]);
    expect(record.route).toBeNull();
  });

  test("/healthz on a host that nobody claims", async () => {
    const { responses, record } = await served({ request: { host: "10.0.0.1", path: "/healthz" } });
    expect(responses[0]).toMatchObject({ status: 200, body: "ok\n" });
    expect(record.route).toBeNull();
  });

  test("but not on one that somebody does", async () => {
    const { responses } = await served({ request: { path: "/healthz" } });
    expect(responses[0]?.body).toBe("served");
  });
});

test("without a route it is 404", async () => {
  const steps: number[] = [];
  const empty = new RouteTable<Handler>(snapshotOfHosts(), () => rejecting(new Error("never")));
  const asked = exchange();
  const downstream: Downstream = {
    headSent: false,
    relay: ({ status }) => Promise.resolve(void steps.push(status)),
    cutOff: () => {},
    finish: () => {},
  };
  await serve(asked, empty, downstream, () => {});
  expect(steps).toEqual([404]);
  expect(asked.record.failure).toBe("no_route");
});
