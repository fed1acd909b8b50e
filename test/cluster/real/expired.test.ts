// What of 410 only a real store can show: versions and pages that it forgot.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { isExpired } from "../../../src/control-plane/kubernetes/api-error.ts";
import { Balancer } from "../balancer.ts";
import { clientOf } from "../contracts/cluster-under-test.ts";
import { Follower } from "../follower.ts";
import { NO_SERVER } from "./assets.ts";
import { RealApiServer } from "./real-api-server.ts";

const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

describe.skipIf(NO_SERVER !== null)("a real API server whose store forgot", { timeout: 120_000 }, () => {
  let server: RealApiServer;
  beforeAll(async () => {
    server = await RealApiServer.start();
  }, 180_000);
  afterAll(() => server?.close(), 60_000);

  const client = (port?: number): ReturnType<typeof clientOf> => {
    const { caPem, certPem, keyPem } = server.admin;
    const url = port === undefined ? server.admin.server : `https://127.0.0.1:${port}`;
    return clientOf({ url, credentials: { tls: { ca: caPem, cert: certPem, key: keyPem } } });
  };
  const write = (name: string, v: string): Promise<string> =>
    server.kubectl.apply([
      { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "default" }, data: { v } },
    ]);

  const forget = async (): Promise<void> => {
    await server.compact();
    // Else its cache would know what the store does not.
    await server.stop();
    await server.resume();
  };

  test.each([true, false])(
    "the rest of a watch (streaming lists: %s): it is listed anew, deletions are seen",
    async (streaming) => {
      await write("a", "1");
      await write("b", "1");
      const line = await Balancer.listen([Number(new URL(server.admin.server).port)]);
      const follower = new Follower(client(line.port), { path: CONFIG_MAPS, streaming });
      try {
        await follower.shows("a=1 b=1");
        line.freeze();
        await server.kubectl.run("delete", "configmap", "a");
        await write("b", "2");
        await forget();
        line.reset();
        await follower.shows("b=2");
        expect(follower.watch.status.lists).toBe(2);
        expect(follower.states.map(({ values }) => values.length)).not.toContain(0);
      } finally {
        await follower.close();
        await line.close();
        await server.kubectl.run("delete", "configmap", "b");
      }
    },
  );

  test("the rest of a list", async () => {
    await write("a", "1");
    await write("b", "1");
    const page = await client().request<{ metadata: { continue: string } }>("GET", CONFIG_MAPS, {
      query: { limit: 1 },
    });
    await write("a", "2");
    await forget();
    const rest = { query: { limit: 1, continue: page.metadata.continue } };
    const error: unknown = await client()
      .request("GET", CONFIG_MAPS, rest)
      .catch((caught: unknown) => caught);
    expect(isExpired(error)).toBe(true);
  });
});
