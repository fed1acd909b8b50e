import { expect } from "vitest";
import { until } from "../until.ts";
import { ingress, service, slice } from "./objects.ts";
import { ADDRESS, allServed, HOST, scenario } from "./stage.ts";
import { addressOf, lease, reporters } from "./told.ts";

/** How long after its last word a leader is replaced. */
const TTL = "10s";

scenario(
  "the leader is killed under load: the other takes over, statuses stay, no request of it fails; the first follows when it is back",
  async (stage) => {
    await stage.putTlsSecret("tls", await stage.issue(HOST));
    const [blue, green] = [await stage.pod("blue"), await stage.pod("green")];
    const services = [service("blue"), slice("blue", [blue]), service("green"), slice("green", [green])];
    await stage.kubectl.apply([ingress("web", HOST, [{ service: "blue" }]), ...services]);
    const start = (pod: string) => stage.controllerNamed(pod, "--election-ttl", TTL);
    const first = await start("first");
    await until("the first leads", async () => (await lease(stage)).holderIdentity === "first");
    const load = stage.load((await start("second")).https);
    await load.until("blue", ({ pod }) => pod === "blue");
    await until("the status is written", async () => (await addressOf(stage, "web")) === ADDRESS);

    await first.kill();
    const killed = performance.now();
    await until("the second leads", async () => {
      expect(await addressOf(stage, "web")).toBe(ADDRESS);
      return (await lease(stage)).holderIdentity === "second";
    });
    console.log(`the second led ${Math.round(performance.now() - killed)} ms after the first was killed`);
    // What a leader has to do is done.
    await stage.kubectl.apply([
      ingress("late", HOST, [{ path: "/late", service: "green" }]),
      ingress("wrong", HOST, [{ path: "/wrong", service: "nobody" }]),
    ]);
    await until("the new Ingress has a status", async () => (await addressOf(stage, "late")) === ADDRESS);
    await until("Events are the second's", async () => (await reporters(stage, "wrong")).includes("second"));

    const again = stage.load((await start("first")).https);
    const { renewTime, leaseTransitions } = await lease(stage);
    await until("the second renews the Lease", async () => (await lease(stage)).renewTime !== renewTime);
    expect(await lease(stage)).toMatchObject({ holderIdentity: "second", leaseTransitions });
    await stage.kubectl.apply([ingress("web", HOST, [{ service: "green" }])]);
    for (const one of [load, again]) {
      await one.only("green", ({ pod }) => pod === "green");
      await allServed(one);
    }
    expect(await addressOf(stage, "web")).toBe(ADDRESS);
  },
);
