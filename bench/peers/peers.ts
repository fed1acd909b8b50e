import { caddy } from "./caddy.ts";
import { haproxy } from "./haproxy.ts";
import { nginx } from "./nginx.ts";
import { packagePeer } from "./package.ts";
import type { Peer } from "./peer.ts";
import { tsIngress } from "./ts-ingress.ts";

/** Everybody who is measured, ts-ingress first, and after it what the ratios are to. */
export const PEERS: readonly Peer[] = [
  tsIngress,
  nginx,
  haproxy,
  caddy,
  packagePeer("http-proxy", "http-proxy", "http-proxy-process.ts"),
  packagePeer("http-proxy-3", "http-proxy-3", "http-proxy-3-process.ts"),
  packagePeer("fastify", "@fastify/http-proxy", "fastify-process.ts"),
];
