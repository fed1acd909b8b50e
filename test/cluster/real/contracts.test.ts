// The suites of test/cluster/contracts on a real API server: what holds of it has to hold of the fake one, and the other way round.
import { afterAll, beforeAll, describe } from "vitest";
import { apiContract } from "../contracts/api-contract.ts";
import type { ClusterUnderTest } from "../contracts/cluster-under-test.ts";
import { listWatchContract } from "../contracts/list-watch-contract.ts";
import { NO_SERVER } from "./assets.ts";
import { RealApiServer } from "./real-api-server.ts";

describe.skipIf(NO_SERVER !== null)("a real API server", { timeout: 120_000 }, () => {
  let server: RealApiServer;
  beforeAll(async () => {
    server = await RealApiServer.start();
  }, 180_000);
  afterAll(() => server?.close(), 60_000);

  async function open(): Promise<ClusterUnderTest> {
    const { caPem, certPem, keyPem } = server.admin;
    return { url: server.admin.server, credentials: { tls: { ca: caPem, cert: certPem, key: keyPem } } };
  }

  apiContract("a real API server", open);
  listWatchContract("a real API server", open);
});
