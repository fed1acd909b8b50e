import { setTimeout as delay } from "node:timers/promises";
import { expect } from "vitest";
import { ingress, service, slice } from "./objects.ts";
import { allServed, HOST, scenario } from "./stage.ts";

/** Seconds that the API server is away. The default is what a suite can afford; 120 is what operators meet. */
const AWAY = Number(process.env["OUTAGE_SECONDS"] ?? 10);

scenario(
  `the API server and its store are away for ${AWAY} s and come back under load: served by what was known, then by what is new`,
  async (stage) => {
    await stage.putTlsSecret("tls", await stage.issue(HOST));
    const [blue, green] = [await stage.pod("blue"), await stage.pod("green")];
    const services = [service("blue"), slice("blue", [blue]), service("green"), slice("green", [green])];
    await stage.kubectl.apply([ingress("web", HOST, [{ service: "blue" }]), ...services]);
    const controller = await stage.controller();
    const load = stage.load(controller.https);
    await load.until("blue", ({ pod }) => pod === "blue");

    await stage.server.stop();
    await delay(AWAY * 1_000);
    expect(await controller.isReady()).toBe(true);
    await load.more(100);

    await stage.server.resume();
    await stage.kubectl.apply([ingress("web", HOST, [{ service: "green" }])]);
    const stored = performance.now();
    await load.until("green", ({ pod }) => pod === "green");
    console.log(`what changed then was seen after ${Math.round(performance.now() - stored)} ms`);
    await load.only("green", ({ pod }) => pod === "green");
    await allServed(load);
  },
  300_000 + AWAY * 1_000,
);
