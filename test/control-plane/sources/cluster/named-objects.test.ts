import { expect, onTestFinished, test } from "vitest";
import { ApiServer } from "../../../../src/control-plane/kubernetes/api-server.ts";
import { SECRETS } from "../../../../src/control-plane/sources/cluster/cluster-kinds.ts";
import { NamedObjects } from "../../../../src/control-plane/sources/cluster/named-objects.ts";
import { FakeApiServer } from "../../../cluster/fake/fake-api-server.ts";
import { ManualTimers } from "../../../support/manual-timers.ts";
import { Waiting } from "../../../support/waiting.ts";

test("of too many objects some are followed, and the others are told; when one is named no more another has its place", async () => {
  const fake = await new FakeApiServer().start();
  for (const name of ["a", "b", "c"]) fake.put("secrets", { metadata: { name, namespace: "shop" } });
  const timers = new ManualTimers();
  const identify = () => Promise.resolve({ headers: {}, tls: {} });
  const api = new ApiServer({ server: new URL(fake.url), about: "the test", identify }, { timers });
  const waiting = new Waiting();
  const onChange = (): void => waiting.changed();
  const following = { api, timers, random: () => 0, hold: 0, streaming: true, onChange, onStatus: onChange };
  const named = new NamedObjects(SECRETS, following, 2);
  onTestFinished(async () => {
    await named.close();
    api.close();
    await fake.stop();
  });
  const shown = (): string => named.resources.map(({ metadata }) => metadata.name).join(" ");
  named.follow(["shop/c", "shop/b", "shop/a"]);
  await waiting.until("two", () => shown() === "a b");
  expect(named.diagnostics.map(({ code, object }) => `${code} ${object.namespace}/${object.name}`)).toEqual([
    "NamedObjectsTooMany shop/c",
  ]);
  named.follow(["shop/c", "shop/b"]);
  await waiting.until("the other two", () => shown() === "b c");
  expect(named.diagnostics).toEqual([]);
  named.follow(["aaa/1", "aaa/2", "shop/a"], ["shop/c"]);
  await waiting.until("the one of flags", () => named.resources.some(({ metadata }) => metadata.name === "c"));
  expect(named.diagnostics.map(({ object }) => `${object.namespace}/${object.name}`)).toEqual(["shop/a", "aaa/2"]);
  await fake.until("two watches", () => fake.watches("secrets").length === 2);
});
