import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { until } from "../until.ts";
import { ingress, service, slice } from "./objects.ts";
import { ADDRESS, allServed, HOST, scenario, type Stage } from "./stage.ts";
import { addressOf, lease, reporters } from "./told.ts";

/** Seconds for each way of being away. The default is what a suite can afford, and longer than a leader may go without a word. */
const AWAY = Number(process.env["OUTAGE_SECONDS"] ?? 10);
const TTL = "10s";

scenario(
  `the store of the API server is silent, then gone, ${AWAY} s each, under load: what was known is served, one leads when it is back`,
  async (stage) => {
    await stage.putTlsSecret("tls", await stage.issue(HOST));
    const [blue, green] = [await stage.pod("blue"), await stage.pod("green")];
    const services = [service("blue"), slice("blue", [blue]), service("green"), slice("green", [green])];
    await stage.kubectl.apply([ingress("web", HOST, [{ service: "blue" }]), ...services]);
    const controllers = [
      await stage.controllerNamed("first", "--election-ttl", TTL),
      await stage.controllerNamed("second", "--election-ttl", TTL),
    ];
    await until("the first leads", async () => (await lease(stage)).holderIdentity === "first");
    await until("the status is written", async () => (await addressOf(stage, "web")) === ADDRESS);
    const before = await lease(stage);
    const loads = controllers.map(({ https }) => stage.load(https));
    for (const load of loads) await load.until("blue", ({ pod }) => pod === "blue");

    for (const how of ["silence", "refuse"] as const) {
      stage.server.cutOff(how);
      await delay(AWAY * 1_000);
      await expect(write(stage), `a write, by ${how}`).rejects.toThrow();
      for (const controller of controllers) expect(await controller.isReady()).toBe(true);
      for (const load of loads) await load.only("blue", ({ pod }) => pod === "blue");
    }

    stage.server.join();
    const joined = performance.now();
    await until("the store takes writes", () => write(stage).then(...ended));
    console.log(`the API server wrote again after ${Math.round(performance.now() - joined)} ms`);
    await stage.kubectl.apply([
      ingress("web", HOST, [{ service: "green" }]),
      ingress("wrong", HOST, [{ path: "/wrong", service: "nobody" }]),
    ]);
    const stored = performance.now();
    for (const load of loads) await load.until("green", ({ pod }) => pod === "green");
    console.log(`what changed then was seen after ${Math.round(performance.now() - stored)} ms`);
    for (const load of loads) {
      await load.only("green", ({ pod }) => pod === "green");
      await allServed(load);
    }

    await until("a leader says so", async () => (await lease(stage)).renewTime !== before.renewTime);
    const { holderIdentity, leaseTransitions = 0 } = await lease(stage);
    await until("the new Ingress has a status", async () => (await addressOf(stage, "wrong")) === ADDRESS);
    await until("an Event tells of it", async () => (await reporters(stage, "wrong")).includes(String(holderIdentity)));
    for (let renewals = 0; renewals < 3; renewals += 1) {
      const { renewTime } = await lease(stage);
      await until("it is said again", async () => (await lease(stage)).renewTime !== renewTime);
    }
    // At most one change of leaders, and no more than one return to it.
    expect(await lease(stage)).toMatchObject({ holderIdentity, leaseTransitions });
    expect(leaseTransitions - (before.leaseTransitions ?? 0)).toBeLessThanOrEqual(1);
    const began = controllers.map(({ said }) => said.split("\n").filter((line) => line.includes("leading: ")).length);
    console.log(`${holderIdentity} leads; the two began to ${began.join(" and ")} times`);
    expect(began.reduce((sum, times) => sum + times, 0)).toBeLessThanOrEqual(2);
  },
  300_000 + 2 * AWAY * 1_000,
  { cuttable: true },
);

/** Rejects where nothing is written within three seconds. */
async function write({ kubectl }: Stage): Promise<void> {
  await kubectl.run("annotate", "service", "blue", "--overwrite", `at=${performance.now()}`, "--request-timeout=3s");
}

const ended = [() => true, () => false] as const;
