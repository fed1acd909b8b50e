import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { Balancer } from "../balancer.ts";
import { until } from "../until.ts";
import type { ControllerProcess } from "./controller-process.ts";
import { ingress, service, slice } from "./objects.ts";
import { ADDRESS, allServed, HOST, scenario, type Stage } from "./stage.ts";

/** Milliseconds from when a pod is told to end until nodes have stopped sending it new connections. */
const NEWS = 1_500;

scenario(
  "both gateways behind a load balancer are replaced, one after the other, under load: no request fails",
  async (stage) => {
    await stage.putTlsSecret("tls", await stage.issue(HOST));
    const pod = await stage.pod("web");
    await stage.kubectl.apply([ingress("web", HOST, [{ service: "web" }]), service("web"), slice("web", [pod])]);

    let gateways: readonly ControllerProcess[] = [await start(stage), await start(stage)];
    const address = (): Promise<string> => stage.kubectl.run("get", "ingress", "web");
    await until("the status is written", async () => (await address()).includes(ADDRESS));
    const balancer = await Balancer.listen(gateways.map(({ https }) => https));
    const load = stage.load(balancer.port);
    try {
      await load.more(100);
      for (let turn = 0; turn < 2; turn++) {
        const [old, other] = gateways as [ControllerProcess, ControllerProcess];
        // As a Deployment with maxSurge: 1 and maxUnavailable: 0 does.
        gateways = [other, await start(stage)];
        balancer.use([old, ...gateways].map(({ https }) => https));
        await load.more(100);
        await stage.kubectl.run("delete", "pod", old.pod.name, "--namespace", old.pod.namespace, "--wait=false");
        old.terminate();
        await delay(NEWS);
        balancer.use(gateways.map(({ https }) => https));
        expect(await old.exit()).toBe(0);
        await load.more(100);
      }
      await allServed(load);
      // Two of them were leaders, and none of them was the last.
      expect(await address()).toContain(ADDRESS);
    } finally {
      await balancer.close();
    }
  },
);

function start(stage: Stage): Promise<ControllerProcess> {
  return stage.controller("--shutdown-grace-period", "4");
}
