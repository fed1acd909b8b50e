import type { Body } from "../exchange/body.ts";
import { isGrpc } from "../exchange/grpc.ts";
import { GatewayHeaders } from "../exchange/headers.ts";
import type { GatewayRequest } from "../exchange/request.ts";
import type { MiddlewareFactory } from "./factory.ts";
import { HeldBody } from "./held-body.ts";

/**
 * Receives request bodies whole before an endpoint is chosen, so that a slow client keeps no upstream busy, and a client that leaves meanwhile
 * was never there. A body that is larger, or turns out to be, is streamed, as are all while too much is held already. What was held has a
 * Content-Length from then on.
 * Options: `bytes` up to which a body is held.
 */
export const bufferRequest: MiddlewareFactory = (options, { heldBytes }) => {
  const most = options["bytes"];
  if (typeof most !== "number" || most < 1) throw new Error("buffer-request: bytes must be a number from 1");
  return async function holdRequest(exchange, next) {
    const { request } = exchange;
    if (!isHeld(request, most) || !heldBytes.hasRoom) return next(exchange);
    // It is we who ask for the body; the upstream is not asked whether it wants it.
    if (request.expectsContinue) exchange.sendInterim(100, NO_FIELDS);
    request.expectsContinue = false;
    let kept = 0;
    const held = new HeldBody(request.body, (bytes) => {
      kept += bytes;
      heldBytes.add(bytes);
      return kept <= most && heldBytes.hasRoom;
    });
    request.body = held;
    try {
      await held.held;
      return await next(exchange);
    } finally {
      // What an upstream has answered it has nearly always received; else it waits at its connection.
      heldBytes.add(-kept);
    }
  };
};

/** An upgrade has no body that ends; the messages of a gRPC stream must not wait for each other. */
function isHeld({ headers, body, upgrade }: GatewayRequest, most: number): boolean {
  return upgrade === null && mayBeHeld(body, most) && !isGrpc(headers);
}

function mayBeHeld({ length }: Body, most: number): boolean {
  return length === null || (length > 0 && length <= most);
}

const NO_FIELDS = new GatewayHeaders();
