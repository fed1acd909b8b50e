import { request } from "node:https";
import { json } from "node:stream/consumers";
import { expect, onTestFinished, test } from "vitest";
import { FakeApiServer } from "../cluster/fake/fake-api-server.ts";
import { readExposition, valueOf } from "../telemetry/metrics/read-exposition.ts";
import { runCli } from "./run-cli.ts";
import { Running } from "./running.ts";

const ANY_PORTS = ["http", "https", "healthz", "admin"].flatMap((name) => [`--${name}-port`, "0"]);
const QUICK = [...ANY_PORTS, "--bind", "127.0.0.1", "--shutdown-grace-period", "0", "--workers", "1"];

async function cluster(): Promise<FakeApiServer> {
  const fake = await new FakeApiServer().start();
  onTestFinished(() => fake.stop());
  fake.put("ingresses", { metadata: { name: "web" }, spec: ingressSpec("shop.example.com") });
  return fake;
}

function ingressSpec(host: string): object {
  const backend = { service: { name: "gone", port: { number: 80 } } };
  return {
    ingressClassName: "ts-ingress",
    rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
  };
}

async function metricsOf(controller: Running): Promise<ReturnType<typeof readExposition>> {
  const [, port] = await controller.until("stderr", /"health":(\d+)/);
  return readExposition(await (await fetch(`http://127.0.0.1:${port}/metrics`)).text());
}

test("the leader writes statuses and Events, and gives the Lease back at its end", async () => {
  const fake = await cluster();
  const controller = new Running([
    "controller",
    "--apiserver-host",
    fake.url,
    "--publish-status-address",
    "203.0.113.9",
    "--election-ttl",
    "4s",
    ...QUICK,
  ]);
  await controller.until("stderr", /"message":"leading/);
  const ingress = (): unknown => fake.collection("ingresses").get("default", "web")["status"];
  await fake.until("the status", () => JSON.stringify(ingress() ?? "").includes("203.0.113.9"));
  const reasons = (): unknown[] =>
    fake
      .collection("events")
      .list("default")
      .map((event) => event["reason"]);
  const metrics = await metricsOf(controller);
  const led = { name: "ts-ingress-leader", controller_class: "ts-ingress.io/controller" };
  expect(valueOf(metrics, "nginx_ingress_controller_leader_election_status", led)).toBe(1);
  expect(valueOf(metrics, "ts_ingress_leader", { name: "ts-ingress-leader" })).toBe(1);
  await fake.until("the Event", () => reasons().includes("ServiceNotFound"));
  expect(await controller.end("SIGTERM")).toBe(0);
  const lease = fake.collection("leases").get("default", "ts-ingress-leader");
  expect(lease["spec"]).toMatchObject({ holderIdentity: "" });
  // Which pods are ours is not known outside a cluster: what was written stays.
  expect(ingress()).toEqual({ loadBalancer: { ingress: [{ ip: "203.0.113.9" }] } });
});

test("the validating webhook judges with what the gateway knows", async () => {
  const fake = await cluster();
  const service = { namespace: "default", name: "ts-ingress-webhook" };
  fake.put("validatingwebhookconfigurations", {
    metadata: { name: "ts-ingress" },
    webhooks: [{ name: "validate.ts-ingress.io", clientConfig: { service } }],
  });
  fake.put("leases", {
    metadata: { name: "ts-ingress-leader" },
    spec: { holderIdentity: "another", leaseDurationSeconds: 3600 },
  });
  const controller = new Running([
    "controller",
    "--apiserver-host",
    fake.url,
    "--validating-webhook",
    "127.0.0.1:0",
    "--update-status=false",
    ...QUICK,
  ]);
  const [line] = await controller.until("stderr", /^.*validating webhook answers.*\n/m);
  const { webhook: port } = JSON.parse(line) as { webhook: number };
  const [stored] = fake.collection("validatingwebhookconfigurations").get("", "ts-ingress")["webhooks"] as {
    clientConfig: { caBundle: string };
  }[];
  const ca = Buffer.from(stored?.clientConfig.caBundle ?? "", "base64").toString();
  const judged = (host: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const options = {
        host: "127.0.0.1",
        port,
        ca,
        servername: "ts-ingress-webhook.default.svc",
        method: "POST",
        agent: false,
      };
      const asked = request(options, (response) => void json(response).then(resolve, reject));
      asked.on("error", reject);
      const object = { metadata: { name: "second", namespace: "default" }, spec: ingressSpec(host) };
      asked.end(
        JSON.stringify({
          apiVersion: "admission.k8s.io/v1",
          kind: "AdmissionReview",
          request: { uid: "1", operation: "CREATE", kind: { kind: "Ingress" }, object },
        }),
      );
    });
  expect(await judged("shop.example.com")).toMatchObject({
    response: { allowed: false, status: { message: expect.stringContaining("default/web") as string } },
  });
  expect(await judged("other.example.com")).toMatchObject({
    response: { allowed: true, warnings: [expect.stringContaining("ServiceNotFound")] },
  });
  const metrics = await metricsOf(controller);
  const nginx = (name: string, labels = {}): number => valueOf(metrics, `nginx_ingress_controller_${name}`, labels);
  const second = { namespace: "default", ingress: "second" };
  expect([nginx("check_success", second), nginx("check_errors", second)]).toEqual([1, 1]);
  expect([nginx("admission_tested_ingresses"), nginx("admission_render_ingresses")]).toEqual([1, 1]);
  expect(nginx("admission_tested_duration")).toBeGreaterThanOrEqual(nginx("admission_render_duration"));
  expect(nginx("admission_roundtrip_duration")).toBeGreaterThanOrEqual(nginx("admission_tested_duration"));
  expect(nginx("admission_config_size")).toBe(0);
  expect(valueOf(metrics, "ts_ingress_admission_reviews_total", { verdict: "refused" })).toBe(1);
  expect(nginx("leader_election_status")).toBe(0);
  expect(await controller.end("SIGTERM")).toBe(0);
});

test("with permissions in one namespace alone, that no IngressClass is to be seen is said once, as information", async () => {
  const fake = await cluster();
  fake.fault({ fault: { status: 403, reason: "Forbidden" }, resource: "ingressclasses", times: Infinity });
  const flags = ["--watch-namespace", "default", "--update-status=false", "--disable-leader-election"];
  const controller = new Running(["controller", "--apiserver-host", fake.url, ...flags, ...QUICK]);
  await controller.until("stderr", /^.*ServiceNotFound.*\n/m);
  expect(await controller.end("SIGTERM")).toBe(0);
  const told = controller.stderr.split("\n").filter((line) => /classes/i.test(line));
  expect(told.map((line) => JSON.parse(line) as unknown)).toMatchObject([
    { level: "info", code: "ClassesByNameAlone" },
  ]);
});

test.each([
  [["--validating-webhook", "9443"], "for example :9443"],
  [["--election-ttl", "1s"], "Give a time from 4s to 60m"],
  [["--publish-status-address", "a b"], "Give IP addresses and host names"],
  [["--publish-service", "front"], "Give namespace and name"],
])("%s is wrong usage", async (flags, says) => {
  const { code, stderr } = await runCli(["controller", "--apiserver-host", "http://127.0.0.1:1", ...flags]);
  expect([code, stderr]).toEqual([2, expect.stringContaining(says)]);
});
