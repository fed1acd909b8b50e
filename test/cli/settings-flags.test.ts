import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { text } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { FakeApiServer } from "../cluster/fake/fake-api-server.ts";
import { nodeUpstream } from "../support/servers.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";
import { Running } from "./running.ts";

const ANY_PORTS = ["http", "https", "healthz", "admin"].flatMap((name) => [`--${name}-port`, "0"]);
const SETTINGS = "ingress-nginx/controller";

const SERVICE = { metadata: { name: "web", namespace: "shop" }, spec: { ports: [{ port: 80, protocol: "TCP" }] } };
const INGRESS = {
  metadata: { name: "web", namespace: "shop" },
  spec: {
    ingressClassName: "nginx",
    rules: [
      {
        host: "shop.example.com",
        http: {
          paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }],
        },
      },
    ],
  },
};

async function cluster(data: Record<string, string>) {
  const fake = await new FakeApiServer().start();
  onTestFinished(() => fake.stop());
  const { port } = await nodeUpstream((request, response) => response.end(String(request.headers["x-forwarded-for"])));
  fake.put("services", SERVICE);
  fake.put("endpointslices", {
    metadata: { ...SERVICE.metadata, labels: { "kubernetes.io/service-name": "web" } },
    addressType: "IPv4",
    ports: [{ port, protocol: "TCP" }],
    endpoints: [{ addresses: ["127.0.0.1"] }],
  });
  fake.put("ingresses", INGRESS);
  const set = (settings: Record<string, string>): void =>
    void fake.put("configmaps", { metadata: { name: "controller", namespace: "ingress-nginx" }, data: settings });
  set(data);
  return { fake, set };
}

test(
  "the ConfigMap is followed: each change holds for requests, none of which fails for it",
  { timeout: 60_000 },
  async () => {
    const { fake, set } = await cluster({ "proxy-body-size": "1k" });
    const flags = ["--configmap", SETTINGS, "--ingress-class", "nginx", "--update-status=false", "--workers", "2"];
    const controller = new Running(
      ["controller", "--apiserver-host", fake.url, "--bind", "127.0.0.1", "--shutdown-grace-period", "0"].concat(
        ANY_PORTS,
        flags,
      ),
    );
    const [line] = await controller.until("stderr", /^.*"message":"serving on.*\n/m);
    const { http } = JSON.parse(line) as { http: number };
    const statuses = new Set<number>();
    const post = async (bytes: number): Promise<{ status: number; from: string }> => {
      const headers = { host: "shop.example.com", "x-forwarded-for": "198.51.100.4" };
      const asked = request({ host: "127.0.0.1", port: http, method: "POST", headers, agent: false });
      asked.end("x".repeat(bytes));
      const [answer] = (await once(asked, "response")) as [IncomingMessage];
      statuses.add(answer.statusCode ?? 0);
      return { status: answer.statusCode ?? 0, from: await text(answer) };
    };
    const until = async (bytes: number, fits: (answer: { status: number; from: string }) => boolean): Promise<void> => {
      for (;;) if (fits(await post(bytes))) return;
    };
    await until(2000, ({ status }) => status === 413);
    expect((await post(500)).status).toBe(200);
    set({ "proxy-body-size": "4k" });
    await until(2000, ({ status }) => status === 200);
    set({ "proxy-body-size": "4k", "use-forwarded-headers": "true", "proxy-real-ip-cidr": "127.0.0.0/8" });
    await until(10, ({ from }) => from === "198.51.100.4");
    set({ "proxy-body-size": "4k", "log-format-upstream": "mine $status $uri", "skip-access-log-urls": "/never" });
    await until(10, ({ from }) => from === "127.0.0.1");
    await post(10);
    await controller.until("stdout", /^mine 200 \/$/m);
    // What is wrong costs itself alone: the default of class nginx holds, and the rest of it.
    set({ "proxy-body-size": "huge", "keep-alive": "10", "proxy-bdoy-size": "1k" });
    await controller.until("stderr", /^.*"code":"SettingInvalid","object":"ConfigMap ingress-nginx\/controller".*\n/m);
    await controller.until("stderr", /Did you mean proxy-body-size/);
    await until(2000, ({ status }) => status === 200);
    expect(statuses).toEqual(new Set([413, 200]));
    set({ "global-auth-url": "https://auth.example.com" });
    await until(10, ({ status }) => status === 503);
    fake.remove("configmaps", "controller", "ingress-nginx");
    await controller.until("stderr", /"code":"SettingsNotFound"/);
    await until(10, ({ status }) => status === 200);
    expect(await controller.end("SIGTERM")).toBe(0);
  },
);

test("the commands that read a folder go by the ConfigMap in it", async () => {
  const settings = {
    kind: "ConfigMap",
    apiVersion: "v1",
    metadata: { name: "controller", namespace: "ingress-nginx" },
  };
  const folder = await temporaryFolder({
    "service.json": JSON.stringify({ apiVersion: "v1", kind: "Service", ...SERVICE }),
    "ingress.json": JSON.stringify({ apiVersion: "networking.k8s.io/v1", kind: "Ingress", ...INGRESS }),
    "settings.json": JSON.stringify({
      ...settings,
      data: { "proxy-read-timeout": "7", "log-format-upstream": "$nope" },
    }),
  });
  const flags = [folder, "--ingress-class", "nginx", "--configmap", SETTINGS];
  const printed = await runCli(["translate", ...flags, "-o", "json"]);
  expect(JSON.parse(printed.stdout)).toMatchObject({
    virtualHosts: [{ routes: [{ action: { timeouts: { read: 7000 } } }] }],
  });
  expect(printed.stderr).toContain("there is no variable $nope");
  const checked = await runCli(["check", folder, "--ingress-class", "nginx", "--configmap", "ingress-nginx/other"]);
  expect(checked.stdout).toContain("there is no ConfigMap ingress-nginx/other");
});
