// That the gateway runs with the flags and the rights that deploy/ gives it, and needs no others.
import path from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Manifest } from "../../deploy/documents.ts";
import { kustomized, NO_KUSTOMIZE } from "../../deploy/rendered.ts";
import { NO_SERVER } from "../real/assets.ts";
import { RealApiServer } from "../real/real-api-server.ts";
import { until } from "../until.ts";
import { DeployedGateway, NAMESPACE } from "./deployed-gateway.ts";

const SKIP = NO_SERVER ?? NO_KUSTOMIZE;
const WEBHOOK = path.join(import.meta.dirname, "../../deploy/overlays/webhook");
const WEB = `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: ${NAMESPACE} }
spec:
  ingressClassName: ts-ingress
  rules: [{ host: web.example.com, http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: nobody, port: { number: 80 } } } }] } }]
`;
const NODE = `
apiVersion: v1
kind: Node
metadata: { name: worker }
`;

describe.skipIf(SKIP !== null)("the gateway as it is deployed", { timeout: 180_000 }, () => {
  let server: RealApiServer;
  beforeAll(async () => {
    server = await RealApiServer.start();
    const { kubectl } = server;
    await kubectl.run("create", "namespace", NAMESPACE);
    await kubectl.apply(`${WEB}---${NODE}`);
    await patchStatus("node", "worker", { addresses: [{ type: "ExternalIP", address: "192.0.2.20" }] });
  }, 180_000);
  afterAll(() => server?.close(), 60_000);

  const get = (kind: string, name: string): Promise<Manifest> =>
    server.kubectl.get<Manifest>(kind, name, "--namespace", NAMESPACE);
  async function patchStatus(kind: string, name: string, status: object): Promise<void> {
    const patch = ["--subresource=status", "--type=merge", "--patch", JSON.stringify({ status })];
    await server.kubectl.run("patch", kind, name, "--namespace", NAMESPACE, ...patch);
  }

  async function deployed(folder: string): Promise<DeployedGateway> {
    const objects = (await kustomized([folder])).get(folder) ?? [];
    // What it waits for must be of this gateway, not of the one before.
    await server.kubectl.run("delete", "lease,events", "--all", "--namespace", NAMESPACE);
    await server.kubectl.apply(objects, "--server-side", "--force-conflicts");
    const gateway = new DeployedGateway(server, objects);
    onTestFinished(() => gateway.kill());
    await gateway.start();
    return gateway;
  }

  /** It leads, and says what it has to. @param address what the status of the Ingress must come to be */
  async function tells(gateway: DeployedGateway, address: string): Promise<void> {
    const holders = ["get", "leases", "--namespace", NAMESPACE, "--output", "jsonpath={.items[*].spec.holderIdentity}"];
    await until("the Lease is held", async () => (await server.kubectl.run(...holders)) === gateway.name);
    const shown = async (): Promise<unknown> => (await get("ingress", "web")).status.loadBalancer.ingress?.[0]?.ip;
    await until(`the status is ${address}`, async () => (await shown()) === address);
    const events = (): Promise<string> => server.kubectl.run("get", "events", "--namespace", NAMESPACE);
    await until("an Event says what is wrong", async () => (await events()).includes("ServiceNotFound"));
    expect(await gateway.end()).toBe(0);
    expect(await shown(), "the last one takes its status away").toBeUndefined();
  }

  // The one with the fewest rights first: they stay.
  test("namespaced: nothing is refused but IngressClasses, which no Role can allow", async () => {
    const gateway = await deployed("overlays/namespaced");
    await tells(gateway, (await get("service", "ts-ingress")).spec.clusterIP);
    expect(gateway.refused().filter((line) => !line.includes("ingressclasses"))).toEqual([]);
  });

  test("loadbalancer: the status is the load balancer's address, and nothing is refused", async () => {
    const gateway = await deployed("overlays/loadbalancer");
    await patchStatus("service", "ts-ingress", { loadBalancer: { ingress: [{ ip: "192.0.2.10" }] } });
    await tells(gateway, "192.0.2.10");
    expect(gateway.refused()).toEqual([]);
  });

  test("nodeport: the status is the address of the node that runs it, and nothing is refused", async () => {
    const gateway = await deployed("overlays/nodeport");
    await tells(gateway, "192.0.2.20");
    expect(gateway.refused()).toEqual([]);
  });

  test("webhook: the API server is told whom to believe, and nothing is refused", async () => {
    const gateway = await deployed(WEBHOOK);
    const bundle = async (): Promise<unknown> =>
      (await server.kubectl.get<Manifest>("validatingwebhookconfiguration", "ts-ingress")).webhooks[0].clientConfig
        .caBundle;
    await until("the configuration has an authority", async () => (await bundle()) !== undefined);
    expect((await get("secret", "ts-ingress-webhook")).data["ca.crt"]).toBe(await bundle());
    expect(await gateway.end()).toBe(0);
    expect(gateway.refused()).toEqual([]);
  });
});
