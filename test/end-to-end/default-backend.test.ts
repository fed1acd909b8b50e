import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ApiServer } from "../../src/control-plane/kubernetes/api-server.ts";
import { ClusterSource } from "../../src/control-plane/sources/cluster.ts";
import { ManifestFolder } from "../../src/control-plane/sources/manifest-folder.ts";
import type { ResourceSource } from "../../src/control-plane/sources/sources.ts";
import { startGateway } from "../../src/gateway.ts";
import { FakeApiServer } from "../cluster/fake/fake-api-server.ts";

const TRANSLATE = { ingressClasses: ["ours"], serveWithoutClass: true, maps: [], allowLoopbackNames: true };

interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** Where objects are kept. */
interface Store {
  readonly source: ResourceSource;
  readonly put: (object: KubernetesObject) => Promise<void>;
  readonly remove: (object: KubernetesObject) => Promise<void>;
}

async function aFolder(): Promise<Store> {
  const folder = await mkdtemp(path.join(tmpdir(), "ts-ingress-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = ({ kind, metadata }: KubernetesObject): string => path.join(folder, `${kind}-${metadata.name}.json`);
  return {
    source: new ManifestFolder(folder),
    put: (object) => writeFile(file(object), JSON.stringify(object)),
    remove: (object) => rm(file(object)),
  };
}

const PLURALS: Readonly<Record<string, string>> = {
  Ingress: "ingresses",
  Service: "services",
  EndpointSlice: "endpointslices",
};

async function aCluster(): Promise<Store> {
  const fake = await new FakeApiServer().start();
  onTestFinished(() => fake.stop());
  const identify = () => Promise.resolve({ headers: {}, tls: {} });
  const api = new ApiServer({ server: new URL(fake.url), about: "the test", identify });
  onTestFinished(() => api.close());
  const plural = ({ kind }: KubernetesObject): string => PLURALS[kind] ?? "";
  return {
    source: new ClusterSource({ api, configMaps: [], secrets: [], secretsNamedIn: () => new Set() }),
    put: async (object) => void fake.put(plural(object), { ...object }),
    remove: async (object) => fake.remove(plural(object), object.metadata.name),
  };
}

function service(name: string): KubernetesObject {
  const spec = { ports: [{ port: 80 }, { port: 81 }] };
  return { apiVersion: "v1", kind: "Service", metadata: { name }, spec } as KubernetesObject;
}

function slice(name: string, port: number): KubernetesObject {
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { name: `${name}-1`, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports: [{ port }],
    endpoints: [{ addresses: ["127.0.0.1"] }],
  } as KubernetesObject;
}

const INGRESS = {
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name: "shop", annotations: { "nginx.ingress.kubernetes.io/default-backend": "errors" } },
  spec: {
    ingressClassName: "ours",
    rules: [
      {
        http: {
          paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }],
        },
      },
    ],
  },
};

async function serving(answer: (request: IncomingMessage) => string): Promise<number> {
  const server = createServer((request, response) => response.end(answer(request)));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

test.each([
  ["a folder", aFolder],
  ["a cluster", aCluster],
])("the default backend of an Ingress stands in while its Service has no endpoints: %s", async (_, store) => {
  const asked: IncomingMessage[] = [];
  const web = slice("web", await serving(() => "web"));
  const errorPages = await serving((request) => {
    asked.push(request);
    return "errors";
  });
  const errors = slice("errors", errorPages);
  const { source, put, remove } = await store();
  for (const object of [INGRESS, service("web"), service("errors"), errors]) await put(object);
  const gateway = await startGateway({
    sources: [source],
    translate: TRANSLATE,
    quiet: 1,
    http: { host: "127.0.0.1", port: 0 },
  });
  onTestFinished(() => gateway.close());
  const ask = async (init?: { method?: string; headers?: Record<string, string> }): Promise<string> => {
    const url = `http://127.0.0.1:${gateway.ports.http}/cart?id=1`;
    const response = await fetch(url, init);
    return response.status === 200 ? await response.text() : String(response.status);
  };
  await expect.poll(() => ask()).toBe("errors");

  asked.length = 0;
  await ask({
    method: "DELETE",
    headers: { Accept: "text/html", "X-Code": "200", "X-Service-Name": "mine", "X-Request-ID": "given" },
  });
  expect(asked.map(({ method, url }) => [method, url])).toEqual([["DELETE", "/cart?id=1"]]);
  expect(asked[0]?.headers).toMatchObject({
    "x-code": "503",
    "x-format": "text/html",
    "x-namespace": "default",
    "x-ingress-name": "shop",
    "x-service-name": "web",
    "x-service-port": "80",
    "x-request-id": expect.stringMatching(/./),
  });

  await put(web);
  await expect.poll(() => ask()).toBe("web");
  await remove(web);
  await expect.poll(() => ask()).toBe("errors");
  await remove(errors);
  await expect.poll(() => ask()).toBe("503");
  await put(errors);
  await expect.poll(() => ask()).toBe("errors");
});
