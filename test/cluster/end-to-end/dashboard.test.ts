// The dashboard's manifests as its operators write them for ingress-nginx, applied by kubectl to a real API server.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { http1Client, http2Client } from "./clients.ts";
import { scenario } from "./stage.ts";

const MANIFEST = path.join(import.meta.dirname, "../../../deploy/local/kubernetes-dashboard.yaml");
const HOST = "k8s.example.com";
const NAMESPACE = "kubernetes-dashboard";

scenario("the dashboard is applied with kubectl, its Secret made by kubectl, and it is served", async (stage) => {
  const pair = await stage.issue("dashboard.pod");
  const pod = await stage.pods.pod("dashboard", 18_444, pair);
  // In a cluster the endpoint is a pod, and not the demo's upstream on loopback, which the API server refuses.
  const manifest = (await readFile(MANIFEST, "utf8")).replace("- 127.0.0.1", `- ${pod.address}`);

  await stage.kubectl.run("create", "namespace", NAMESPACE);
  await stage.kubectl.apply(manifest);
  const secret = ["create", "secret", "tls", "dashboard", "--namespace", NAMESPACE];
  await stage.kubectl.run(...secret, ...(await stage.pairFiles(await stage.issue(HOST))));
  const controller = await stage.controller("--ingress-class", "nginx");

  const secure = { port: controller.https, host: HOST, ca: stage.ca };
  for (const client of [http1Client(secure, false), http2Client(secure)]) {
    expect(await client.ask("/overview", null)).toMatchObject({ status: 200, body: "dashboard /overview 0" });
    expect(await client.ask("/api", Buffer.from("abc"))).toMatchObject({ status: 200, body: "dashboard /api 3" });
    client.close();
  }
  const plain = http1Client({ port: controller.http, host: HOST }, false);
  expect(await plain.ask("/overview", null)).toMatchObject({ status: 308 });
  plain.close();
});
