import { onTestFinished } from "vitest";
import { apiContract } from "./contracts/api-contract.ts";
import type { ClusterUnderTest } from "./contracts/cluster-under-test.ts";
import { listWatchContract } from "./contracts/list-watch-contract.ts";
import { FakeApiServer } from "./fake/fake-api-server.ts";

async function openFake(): Promise<ClusterUnderTest> {
  const fake = await new FakeApiServer().start();
  onTestFinished(() => fake.stop());
  return { url: fake.url, credentials: {} };
}

apiContract("the fake API server", openFake);
listWatchContract("the fake API server", openFake);
