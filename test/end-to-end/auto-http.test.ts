import { expect, test } from "vitest";
import { seal } from "../../src/snapshot/seal.ts";
import type { HttpProtocol, Upstream } from "../../src/snapshot/upstream.ts";
import { get, openSession, startHttp2Gateway } from "../support/http2-client.ts";
import { RawClient } from "../support/raw-client.ts";
import { nodeUpstream } from "../support/servers.ts";
import { testAuthority } from "../support/test-authority.ts";

test("AUTO_HTTP: requests that came by https go on in HTTPS, the others in HTTP", async () => {
  const { issue } = await testAuthority();
  const plain = await nodeUpstream((_request, response) => response.end("http"));
  const secure = await nodeUpstream((_request, response) => response.end("https"), await issue("pod.example"));
  const gateway = await startHttp2Gateway({ routes: [] });
  const origin = { kind: "Service", namespace: "test", name: "web" };
  const upstream = (protocol: HttpProtocol, port: number): Upstream => ({
    name: protocol,
    origin,
    protocol,
    addressing: { kind: "endpoints", endpoints: [{ address: "127.0.0.1", port }] },
    balancing: { kind: "round-robin" },
  });
  const action = { kind: "forward", upstream: "http", upstreamOfHttps: "https" } as const;
  const route = { name: "r", origin, match: { kind: "prefix", path: "/" }, middleware: [], action } as const;
  gateway.dataPlane.apply(
    seal({
      virtualHosts: [{ host: "test.example", routes: [route] }],
      upstreams: [upstream("http", plain.port), upstream("https", secure.port)],
      certificates: [],
    }),
  );
  const client = await RawClient.open(gateway.http);
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).body.toString()).toBe("http");
  expect((await get(await openSession(gateway), "/x")).body.toString()).toBe("https");
});
