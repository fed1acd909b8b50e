import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { FakeApiServer } from "../cluster/fake/fake-api-server.ts";
import { closedPort, nodeUpstream } from "../support/servers.ts";
import { ask } from "../telemetry/ask.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";
import { Running } from "./running.ts";

const ANY_PORTS = ["http", "https", "healthz", "admin"].flatMap((name) => [`--${name}-port`, "0"]);
const QUICK = [...ANY_PORTS, "--bind", "127.0.0.1", "--shutdown-grace-period", "0", "--workers", "1"];

/** A cluster with an Ingress of class ts-ingress for shop.example.com, and the Service behind it. */
async function cluster(): Promise<FakeApiServer> {
  const fake = await new FakeApiServer().start();
  onTestFinished(() => fake.stop());
  const { port } = await nodeUpstream((request, response) =>
    response.end(JSON.stringify({ url: request.url, port: request.headers["x-forwarded-port"] })),
  );
  const metadata = { name: "web", namespace: "shop" };
  const labels = { "kubernetes.io/service-name": "web" };
  fake.put("services", { metadata, spec: { ports: [{ port: 80, protocol: "TCP" }] } });
  fake.put("endpointslices", {
    metadata: { ...metadata, labels },
    addressType: "IPv4",
    ports: [{ port, protocol: "TCP" }],
    endpoints: [{ addresses: ["127.0.0.1"] }],
  });
  ingress(fake, "shop.example.com");
  return fake;
}

function ingress(fake: FakeApiServer, host: string, ingressClassName = "ts-ingress"): void {
  const backend = { service: { name: "web", port: { number: 80 } } };
  const rules = [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }];
  fake.put("ingresses", { metadata: { name: host, namespace: "shop" }, spec: { ingressClassName, rules } });
}

/** The ports of a controller that has begun to serve. */
async function serving(controller: Running): Promise<{ http: number; health: number }> {
  const [line] = await controller.until("stderr", /^.*"message":"serving on.*\n/m);
  return JSON.parse(line) as { http: number; health: number };
}

const at = (host: string): { headers: Record<string, string> } => ({ headers: { host } });

test("serves a cluster by a kubeconfig, follows it, serves on while the API server is away, and stops", async () => {
  const fake = await cluster();
  fake.tokens = ["secret"];
  const folder = await temporaryFolder({
    config: `current-context: test
clusters: [{ name: test, cluster: { server: "${fake.url}" } }]
users: [{ name: test, user: { token: secret } }]
contexts: [{ name: test, context: { cluster: test, user: test } }]
`,
  });
  const controller = new Running(["controller", "--kubeconfig", path.join(folder, "config"), ...QUICK]);
  const { http, health } = await serving(controller);
  expect(controller.stderr).toContain(`the cluster ${fake.url}/ as context test of ${folder}/config`);
  expect((await ask(health, "/readyz")).status).toBe(200);
  const answer = await ask(http, "/cart", at("shop.example.com"));
  expect(JSON.parse(answer.body)).toEqual({ url: "/cart", port: "80" });

  ingress(fake, "new.example.com");
  await controller.until("stderr", /changed hosts: \+new\.example\.com/);
  expect((await ask(http, "/", at("new.example.com"))).status).toBe(200);

  await fake.stop();
  await controller.until("stderr", /cannot be followed .*served on/);
  expect((await ask(http, "/", at("shop.example.com"))).status).toBe(200);
  expect((await ask(health, "/readyz")).status).toBe(200);
  await fake.start();
  expect(await controller.end("SIGTERM")).toBe(0);
  expect(controller.stderr).toContain('"message":"stopped"');
});

test("is alive but not ready, and says why, while the API server cannot be reached; SIGTERM ends it then too", async () => {
  const { port } = await closedPort();
  const free = await closedPort();
  const flags = ["--apiserver-host", `http://127.0.0.1:${port}`, ...QUICK, "--healthz-port", String(free.port)];
  const controller = new Running(["controller", ...flags]);
  await controller.until("stderr", /"warning".*cannot be followed .*ECONNREFUSED.*not ready until it answers/);
  expect((await ask(free.port, "/livez")).status).toBe(200);
  expect((await ask(free.port, "/readyz")).status).toBe(503);
  expect(await controller.end("SIGTERM")).toBe(0);
});

test("serves other classes by a flag, and those of another controller's name", async () => {
  const fake = await cluster();
  ingress(fake, "nginx.example.com", "nginx");
  ingress(fake, "internal.example.com", "internal");
  fake.put("ingressclasses", { metadata: { name: "internal" }, spec: { controller: "k8s.io/ingress-nginx" } });
  const flags = ["--ingress-class", "nginx", "--controller-class", "k8s.io/ingress-nginx"];
  const controller = new Running(["controller", "--apiserver-host", fake.url, ...QUICK, ...flags]);
  const { http } = await serving(controller);
  const statuses = ["nginx", "internal", "shop"].map(
    async (name) => (await ask(http, "/", at(`${name}.example.com`))).status,
  );
  expect(await Promise.all(statuses)).toEqual([200, 200, 404]);
});

test("without credentials it says where it looked, and ends", async () => {
  const folder = await temporaryFolder();
  const { code, stderr } = await runCli(["controller", ...QUICK], { HOME: folder });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: there are no credentials for a Kubernetes API server: .*\. Name a kubeconfig .*\.\n$/,
  );
});
