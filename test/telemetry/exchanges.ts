import type { Attempt, Exchange, ExchangeRecord } from "../../src/data-plane/exchange/exchange.ts";
import { newRecord } from "../../src/data-plane/exchange/exchange.ts";
import { GatewayHeaders } from "../../src/data-plane/exchange/headers.ts";
import type { GatewayRequest } from "../../src/data-plane/exchange/request.ts";
import type { Route } from "../../src/snapshot/route.ts";
import { exchange as unserved } from "../support/exchanges.ts";

export const route: Route = {
  name: "shop/web rules[0].paths[0]",
  origin: { kind: "Ingress", namespace: "shop", name: "web", file: "web.yaml", line: 12 },
  match: { kind: "prefix", path: "/" },
  middleware: [],
  action: { kind: "forward", upstream: "shop/cart:80" },
};

/** An attempt that was answered 200 after 11.5 ms, on a connection of its own. */
export function attempt(changes: Partial<Attempt> = {}): Attempt {
  return {
    endpoint: "10.0.0.7:8080",
    startedAt: 1000,
    reused: false,
    connectTime: 1,
    headTime: 11.5,
    status: 200,
    failure: null,
    ...changes,
  };
}

/** A finished exchange: 12.25 ms, answered 200 by the only attempt after 11.5 ms. */
export function exchange(
  record: Partial<ExchangeRecord> = {},
  request: Partial<GatewayRequest> = {},
  headers: Readonly<Record<string, string>> = {},
): Exchange {
  const asked: Partial<GatewayRequest> = {
    target: "/cart?token=secret",
    path: "/cart",
    host: "shop.example.com",
    authority: "shop.example.com:8080",
    headers: GatewayHeaders.of(headers),
    clientAddress: "127.0.0.1",
    ...request,
  };
  return {
    ...unserved(asked, 8080),
    record: {
      ...newRecord(1000),
      finishedAt: 1012.25,
      route,
      upstream: "shop/cart:80",
      attempts: [attempt()],
      status: 200,
      requestBytes: 3,
      responseBytes: 512,
      ...record,
    },
  };
}
