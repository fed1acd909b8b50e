// A process: @fastify/http-proxy as its documentation shows it. Started with a Setting as JSON.
import { readFileSync } from "node:fs";
import fastifyProxy from "@fastify/http-proxy";
import fastify, { type FastifyInstance } from "fastify";
import type { AddressInfo } from "node:net";
import { announce } from "../announce.ts";
import type { Setting } from "./peer.ts";

const { upstreamPort, certificate } = JSON.parse(process.argv[2] as string) as Setting;
const https = { cert: readFileSync(certificate.chain), key: readFileSync(certificate.key) };
const plain = fastify({ keepAliveTimeout: 3_600_000 });
const tls = fastify({ keepAliveTimeout: 3_600_000, https }) as unknown as FastifyInstance;
for (const server of [plain, tls]) {
  await server.register(fastifyProxy, {
    upstream: `http://127.0.0.1:${upstreamPort}`,
    websocket: true,
    undici: { connections: 512, pipelining: 1 },
  });
  await server.listen({ host: "127.0.0.1", port: 0 });
}
const port = (server: FastifyInstance): number => (server.server.address() as AddressInfo).port;
announce(port(plain), port(tls));
