// That the API server of the tests is a real one: who somebody is and what they may do is asked each time.
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { get } from "node:https";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { NO_SERVER } from "./assets.ts";
import { RealApiServer } from "./real-api-server.ts";

if (NO_SERVER !== null) console.log(`Nothing of test/cluster runs on a real API server: ${NO_SERVER}.`);

describe.skipIf(NO_SERVER !== null)("the real API server", { timeout: 180_000 }, () => {
  let server: RealApiServer;
  beforeAll(async () => {
    server = await RealApiServer.start();
  }, 180_000);
  afterAll(() => server?.close(), 60_000);

  test("server and kubectl say which version they are, and it is the same", async () => {
    const { clientVersion, serverVersion } = JSON.parse(await server.kubectl.run("version", "--output", "json")) as {
      clientVersion: { gitVersion: string };
      serverVersion: { gitVersion: string };
    };
    expect(serverVersion.gitVersion).toMatch(/^v1\.\d+\.\d+$/);
    expect(clientVersion.gitVersion).toBe(serverVersion.gitVersion);
  });

  test("a user may do what a role allows, by certificate and by token", async () => {
    await server.kubectl.run("create", "serviceaccount", "reader");
    await server.kubectl.run("create", "role", "reader", "--verb", "list", "--resource", "services");
    const subjects = ["--user", "jane", "--serviceaccount", "default:reader"];
    await server.kubectl.run("create", "rolebinding", "readers", "--role", "reader", ...subjects);
    for (const kubeconfig of [
      await server.userKubeconfig("jane"),
      await server.accountKubeconfig("default", "reader"),
    ]) {
      const kubectl = server.kubectl.as(kubeconfig);
      expect(await kubectl.run("get", "services", "--output", "name")).toContain("service/kubernetes");
      await expect(kubectl.run("get", "secrets")).rejects.toThrow("forbidden");
    }
  });

  test("who is nobody is told so", async () => {
    expect(await askedBy(server, { authorization: "Bearer wrong" })).toBe(401);
    expect(await askedBy(server, {})).toBe(403);
  });

  test("an endpoint on a loopback address is refused", async () => {
    const slice = {
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: "loopback", namespace: "default" },
      addressType: "IPv4",
      endpoints: [{ addresses: ["127.0.0.1"] }],
    };
    await expect(server.kubectl.apply([slice])).rejects.toThrow("loopback");
  });

  test("it can be stopped, and started again with what it knew", async () => {
    await server.kubectl.run("create", "namespace", "kept");
    await server.stop();
    await expect(askedBy(server, {})).rejects.toThrow("ECONNREFUSED");
    await server.resume();
    expect(await server.kubectl.run("get", "namespace", "kept", "--output", "name")).toBe("namespace/kept\n");
  });
});

/** The status of the answer to a request without a client certificate. */
async function askedBy(server: RealApiServer, headers: Record<string, string>): Promise<number | undefined> {
  const request = get(`${server.admin.server}/api/v1/services`, { ca: server.admin.caPem, headers, agent: false });
  const [response] = (await once(request, "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}
