import { expect, test } from "vitest";
import type { Downstream } from "../../src/data-plane/exchange/exchange.ts";
import { GatewayHeaders } from "../../src/data-plane/exchange/headers.ts";
import type { Handler, Middleware } from "../../src/data-plane/exchange/handler.ts";
import { Http1Exchange } from "../../src/data-plane/http1/http1-exchange.ts";
import { compose } from "../../src/data-plane/middleware/middleware.ts";
import { serve } from "../../src/data-plane/proxy/proxy.ts";
import { RouteTable } from "../../src/data-plane/route-table/route-table.ts";
import { connectTo, upstreamRequest } from "../support/endpoints.ts";
import { request } from "../support/exchanges.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { snapshotOfHosts, virtualHost } from "../support/routes.ts";

/** Serves one request by a middleware that throws around a request to the upstream. @returns the statuses relayed */
async function servedBy(middleware: Middleware, upstream: RecordingUpstream, upgrade: string | null = null) {
  const { connection } = await connectTo(upstream);
  const forward: Handler = (exchange) => {
    const asked = upstreamRequest(
      upgrade === null
        ? {}
        : { head: `GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n`, upgrade },
    );
    exchange.onAborted((failure) => connection.cancel(asked, failure));
    return connection.send(asked);
  };
  const table = new RouteTable<Handler>(snapshotOfHosts(virtualHost("test.example", ["Prefix /"])), () =>
    compose([middleware], forward),
  );
  const statuses: number[] = [];
  const downstream: Downstream = {
    headSent: false,
    relay: async ({ status }) => void statuses.push(status),
    cutOff: () => {},
    finish: () => {},
  };
  const asked = request({ headers: new GatewayHeaders() });
  await serve(new Http1Exchange(asked, null, 80, { sendInterim: () => {}, context: {} }), table, downstream, () => {});
  return statuses;
}

test.each<[string, Middleware]>([
  [
    "with the answer in its hands",
    async (exchange, next) => {
      await next(exchange);
      throw new Error("no");
    },
  ],
  [
    "with the request on its way",
    async (exchange, next) => {
      void next(exchange).catch(() => {});
      throw new Error("no");
    },
  ],
])("a middleware that throws %s: 500, and the upstream is not kept waiting", async (_when, middleware) => {
  const upstream = await RecordingUpstream.start({
    onRequest: () => "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
  });
  expect(await servedBy(middleware, upstream)).toEqual([500]);
  await (await upstream.connection(0)).closed();
});

test("a middleware that throws with a tunnel in its hands: the tunnel is closed", async () => {
  const upstream = await RecordingUpstream.start({
    onRequest: () => "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n",
  });
  const throwing: Middleware = async (exchange, next) => {
    await next(exchange);
    throw new Error("no");
  };
  expect(await servedBy(throwing, upstream, "x")).toEqual([500]);
  await (await upstream.connection(0)).closed();
});
