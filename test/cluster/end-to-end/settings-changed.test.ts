import { expect } from "vitest";
import { until } from "../until.ts";
import { http1Client } from "./clients.ts";
import { ingress, service, slice } from "./objects.ts";
import { allServed, HOST, scenario, type Stage } from "./stage.ts";

const NAME = "settings";

scenario(
  "the ConfigMap with the settings is changed by kubectl under load, none fails; what is wrong with it is an Event",
  async (stage) => {
    await stage.putTlsSecret("tls", await stage.issue(HOST));
    const pod = await stage.pod("web");
    await stage.kubectl.apply([ingress("web", HOST, [{ service: "web" }]), service("web"), slice("web", [pod])]);
    await stage.kubectl.apply([settings({})]);
    const controller = await stage.controller("--configmap", `default/${NAME}`);
    const load = stage.load(controller.https);
    await load.until("web", ({ pod: name }) => name === "web");

    // What plain HTTP is answered shows which settings hold.
    const plain = http1Client({ port: controller.http, host: HOST }, false);
    const status = async (): Promise<number> => (await plain.ask("/", null)).status;
    expect(await status()).toBe(308);
    await stage.kubectl.apply([settings({ "http-redirect-code": "301" })]);
    await until("301 is what redirects have", async () => (await status()) === 301);
    await stage.kubectl.apply([settings({ "ssl-redirect": "false" })]);
    await until("nothing is redirected", async () => (await status()) === 200);

    await stage.kubectl.apply([
      settings({ "ssl-redirect": "nein", "http-redirect-code": "302", "proxy-bdoy-size": "1m" }),
    ]);
    await until("the default holds for what is wrong, the rest for itself", async () => (await status()) === 302);
    await until("kubectl describe says both", async () => {
      const told = await described(stage);
      return told.includes("SettingInvalid") && told.includes("Did you mean proxy-body-size");
    });
    expect(await described(stage)).toContain('key ssl-redirect is "nein" but must be true or false');

    await stage.kubectl.run("delete", "configmap", NAME);
    await until("all settings have their defaults", async () => (await status()) === 308);
    plain.close();
    await allServed(load);
  },
);

function settings(data: Record<string, string>): object {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name: NAME }, data };
}

function described(stage: Stage): Promise<string> {
  return stage.kubectl.run("describe", "configmap", NAME);
}
