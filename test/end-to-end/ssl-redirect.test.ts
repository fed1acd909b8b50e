import { expect, test } from "vitest";
import { values } from "../support/message.ts";
import { RawClient } from "../support/raw-client.ts";
import { RecordingUpstream } from "../support/recording-upstream.ts";
import { startDataPlane } from "../support/start-data-plane.ts";
import { testAuthority } from "../support/test-authority.ts";

async function start(
  options: { keepTrailingSlash: boolean; usePort: boolean },
  publicPorts?: { http: number; https: number },
) {
  const { ca, issue } = await testAuthority();
  const upstream = await RecordingUpstream.start();
  const gateway = await startDataPlane({
    routes: [{ to: upstream, middleware: [{ use: "https-redirect", options: { code: 308, ...options } }] }],
    defaultCertificate: await issue("test.example"),
    ...(publicPorts === undefined ? {} : { publicPorts }),
  });
  return { ca, upstream, gateway };
}

async function locationOf(port: number, target: string, host = "test.example", body = ""): Promise<[number, string[]]> {
  const client = await RawClient.open(port);
  const framing = body === "" ? "" : `Content-Length: ${body.length}\r\n`;
  client.write(`${body === "" ? "GET" : "POST"} ${target} HTTP/1.1\r\nHost: ${host}\r\n${framing}\r\n${body}`);
  const response = await client.response();
  return [response.status, values(response, "location")];
}

test("plain http is sent to https with 308, path and query as they came, method and body kept by the client", async () => {
  const { upstream, gateway } = await start({ keepTrailingSlash: false, usePort: false }, { http: 80, https: 443 });
  expect(await locationOf(gateway.http, "/a%2Fb/c?d=e&f")).toEqual([308, ["https://test.example/a%2Fb/c?d=e&f"]]);
  expect(await locationOf(gateway.http, "/x", "test.example:80")).toEqual([308, ["https://test.example/x"]]);
  expect(await locationOf(gateway.http, "/x", "test.example", "hello")).toEqual([308, ["https://test.example/x"]]);
  expect(upstream.connections.length).toBe(0);
});

test("https is served", async () => {
  const { ca, gateway } = await start({ keepTrailingSlash: false, usePort: false });
  const client = await RawClient.open(gateway.https, { tls: { ca, servername: "test.example" } });
  client.write("GET /x HTTP/1.1\r\nHost: test.example\r\n\r\n");
  expect((await client.response()).status).toBe(200);
});

test("the port is named where the public one is not 443", async () => {
  const { gateway } = await start({ keepTrailingSlash: false, usePort: false });
  expect(await locationOf(gateway.http, "/x")).toEqual([308, [`https://test.example:${gateway.https}/x`]]);
});

test("a target that looks like another site stays on this one", async () => {
  const { gateway } = await start({ keepTrailingSlash: false, usePort: false }, { http: 80, https: 443 });
  expect(await locationOf(gateway.http, "//evil.example/x")).toEqual([308, ["https://test.example//evil.example/x"]]);
});

test("a trailing slash goes or stays, as the route says", async () => {
  const ports = { http: 80, https: 443 };
  const strip = await start({ keepTrailingSlash: false, usePort: false }, ports);
  expect(await locationOf(strip.gateway.http, "/a/")).toEqual([308, ["https://test.example/a"]]);
  const keep = await start({ keepTrailingSlash: true, usePort: false }, ports);
  expect(await locationOf(keep.gateway.http, "/a/")).toEqual([308, ["https://test.example/a/"]]);
});

test("the port is named where the route asks for it", async () => {
  const { gateway } = await start({ keepTrailingSlash: false, usePort: true }, { http: 80, https: 443 });
  expect(await locationOf(gateway.http, "/x")).toEqual([308, ["https://test.example:443/x"]]);
});
