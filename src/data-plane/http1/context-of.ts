import { peerOf } from "../http/client-address.ts";
import type { AdmitContext } from "./admit.ts";
import type { Arrived, DownstreamSurroundings } from "./downstream-surroundings.ts";

/** What the requests of one connection have in common. */
export function contextOf({ socket, secure }: Arrived, surroundings: DownstreamSurroundings): AdmitContext {
  const { scheme, strictPaths, limits, peer, forwarded } = surroundings;
  const { address, tlsEnded } = peer ?? peerOf(socket);
  return {
    scheme: tlsEnded === true ? "https" : scheme,
    strictPaths,
    limits,
    clientAddress: address,
    forwarded: forwarded?.trusted.has(address) === true ? forwarded : null,
    secure,
  };
}
