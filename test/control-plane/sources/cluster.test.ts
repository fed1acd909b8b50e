import { describe, expect, test } from "vitest";
import type { Loaded } from "../../../src/control-plane/sources/sources.ts";
import type { FakeApiServer } from "../../cluster/fake/fake-api-server.ts";
import { Refusal } from "../../cluster/fake/object.ts";
import { follow } from "./follow-cluster.ts";

function ingress(fake: FakeApiServer, name: string, spec: object = {}, annotations: Record<string, string> = {}): void {
  const ingressClassName = "ours";
  fake.put("ingresses", {
    metadata: { name, namespace: "shop", annotations },
    spec: { ingressClassName, rules: [{ host: `${name}.example.com` }], ...spec },
  });
}

function secret(fake: FakeApiServer, name: string, type: string, namespace = "shop"): void {
  fake.put("secrets", { metadata: { name, namespace }, type, data: { "tls.crt": "Zm9v" } });
}

const names = (objects: readonly { readonly metadata: { readonly name: string } }[]): string =>
  objects.map(({ metadata }) => metadata.name).join(" ");

const codes = ({ diagnostics }: Loaded): string[] =>
  diagnostics.map(({ severity, code, object }) => `${severity} ${code} ${object.name}`);

/** Waits until the watch of a kind has begun, so that what happens next is seen by it. */
async function watched(fake: FakeApiServer, ...resources: string[]): Promise<void> {
  await fake.until("the watches", () => resources.every((resource) => fake.watches(resource).length > 0));
}

describe("a set", () => {
  test("is yielded when all of it is there, and again after each change", async () => {
    const { fake, loads, until } = await follow((fake) => {
      ingress(fake, "web");
      fake.put("ingressclasses", { metadata: { name: "ours" }, spec: { controller: "ts-ingress.io/controller" } });
      fake.put("services", { metadata: { name: "web", namespace: "shop" }, spec: { ports: [{ port: 80 }] } });
      fake.put("endpointslices", {
        metadata: { name: "web-1", namespace: "shop" },
        addressType: "IPv4",
        endpoints: [],
      });
      secret(fake, "pair", "kubernetes.io/tls");
    });
    const first = await until("the first set", () => true);
    const { ingresses, ingressClasses, services, endpointSlices, secrets } = first.resources;
    expect([ingresses, ingressClasses, services, endpointSlices, secrets].map(names)).toEqual(
      ["web", "ours", "web", "web-1", "pair"], //
    );
    expect(first.diagnostics).toEqual([]);
    expect(loads.length).toBe(1);
    ingress(fake, "api");
    const second = await until("the second Ingress", ({ resources }) => resources.ingresses.length === 2);
    expect(second.resources.ingresses[0]).toBe(ingresses[0]);
    expect(second.resources.services).toBe(services);
    expect(second.resources.secrets).toBe(secrets);
  });

  test("is not yielded for a change of a status", async () => {
    const { fake, loads, until } = await follow((fake) => ingress(fake, "web"));
    const first = await until("the first set", () => true);
    const [web] = first.resources.ingresses;
    const loadBalancer = { ingress: [{ ip: "192.0.2.1" }] };
    fake.collection("ingresses").update("shop", "web", { status: { loadBalancer } }, "status");
    ingress(fake, "api");
    const second = await until("the second Ingress", ({ resources }) => resources.ingresses.length === 2);
    expect(second.resources.ingresses[0]).toBe(web);
    expect(loads.length).toBe(2);
  });

  test("waits for a kind that is slow, and is empty only when the cluster is", async () => {
    const { promise: slow, resolve: go } = Promise.withResolvers<void>();
    const { fake, loads, until } = await follow((fake) => {
      ingress(fake, "web");
      fake.put("services", { metadata: { name: "web", namespace: "shop" }, spec: { ports: [{ port: 80 }] } });
      fake.fault({ fault: { after: slow }, resource: "services" });
    });
    await watched(fake, "ingresses", "endpointslices", "secrets", "ingressclasses");
    expect(loads).toEqual([]);
    go();
    expect(names((await until("the set", () => true)).resources.services)).toBe("web");
  });

  test("begins without a kind that cannot be listed only where that was asked for", async () => {
    const { fake, timers, loads, until } = await follow(
      (fake) => {
        ingress(fake, "web");
        fake.fault({ fault: { status: 403, reason: "Forbidden" }, resource: "services", times: Infinity });
      },
      { partialStart: 20_000 },
    );
    await watched(fake, "ingresses", "endpointslices", "secrets", "ingressclasses");
    expect(loads).toEqual([]);
    timers.advance(20_000);
    const loaded = await until("the set", (one) => codes(one).length > 0);
    expect(names(loaded.resources.ingresses)).toBe("web");
    expect(codes(loaded)).toEqual(["error ClusterRefusesToTell services"]);
  });
});

describe("one namespace alone", () => {
  test("is asked for alone, and classes that are refused are done without", async () => {
    const { fake, until } = await follow(
      (fake) => {
        ingress(fake, "web");
        fake.put("ingresses", { metadata: { name: "other", namespace: "other" }, spec: { ingressClassName: "ours" } });
        fake.fault({ fault: { status: 403, reason: "Forbidden" }, resource: "ingressclasses", times: Infinity });
      },
      { namespace: "shop" },
    );
    const loaded = await until("the set", () => true);
    expect(names(loaded.resources.ingresses)).toBe("web");
    expect(codes(loaded)).toEqual(["info ClassesByNameAlone ingressclasses"]);
    const paths = fake.seen.map(({ path }) => path).filter((path) => !path.includes("/namespaces/shop/"));
    expect(new Set(paths)).toEqual(new Set(["/apis/networking.k8s.io/v1/ingressclasses"]));
  });
});

test("namespaces are chosen by their labels, whenever these change; of others nothing is said", async () => {
  const { fake, source, until } = await follow(
    (fake) => {
      ingress(fake, "web");
      fake.put("ingresses", { metadata: { name: "broken", namespace: "other" }, spec: 7 });
      fake.put("namespaces", { metadata: { name: "shop", labels: { team: "shop" } } });
      fake.put("namespaces", { metadata: { name: "other" } });
      fake.put("ingresses", { metadata: { name: "other", namespace: "other" }, spec: { ingressClassName: "ours" } });
    },
    { namespaceSelector: "team in (shop,api)" },
  );
  const first = await until("the set", () => true);
  expect([names(first.resources.ingresses), codes(first)]).toEqual(["web", []]);
  expect(["shop", "other"].filter((one) => source.looksAt(one))).toEqual(["shop"]);
  fake.put("namespaces", { metadata: { name: "other", labels: { team: "api" } } });
  const both = await until("both", ({ resources }) => names(resources.ingresses) === "other web");
  expect(codes(both)).toEqual(["error FieldWrongType broken"]);
  expect(["shop", "other"].filter((one) => source.looksAt(one))).toEqual(["shop", "other"]);
  fake.put("namespaces", { metadata: { name: "shop" } });
  await until("the other", ({ resources }) => names(resources.ingresses) === "other");
});

describe("Secrets", () => {
  test("are certificates, and what Ingresses of ours name; others are never asked for", async () => {
    const { fake, until } = await follow((fake) => {
      const users = { "nginx.ingress.kubernetes.io/auth-secret": "users" };
      ingress(fake, "web", { tls: [{ secretName: "opaque-pair" }] }, users);
      ingress(fake, "theirs", { ingressClassName: "theirs" }, { "nginx.ingress.kubernetes.io/auth-secret": "theirs" });
      secret(fake, "pair", "kubernetes.io/tls");
      for (const name of ["users", "opaque-pair", "theirs", "unnamed"]) secret(fake, name, "Opaque");
    });
    const loaded = await until("the set", () => true);
    expect(names(loaded.resources.secrets)).toBe("pair opaque-pair users");
    const asked = fake.seen.filter(({ resource }) => resource === "secrets");
    expect(new Set(asked.map(({ query }) => query.get("fieldSelector")))).toEqual(
      new Set(["type=kubernetes.io/tls", "metadata.name=users", "metadata.name=opaque-pair"]),
    );
    ingress(fake, "web", {});
    await until("no others", ({ resources }) => names(resources.secrets) === "pair");
    await fake.until("watches of them", () => fake.watches("secrets").length === 1);
  });

  test("that are named before they are there are seen when they come", async () => {
    const { fake, until } = await follow((fake) =>
      ingress(fake, "web", {}, { "nginx.ingress.kubernetes.io/proxy-ssl-secret": "shop/ca" }),
    );
    await until("the set", () => true);
    secret(fake, "ca", "Opaque");
    await until("the Secret", ({ resources }) => names(resources.secrets) === "ca");
  });

  test("that are refused cost the Ingress that names them, not the start", async () => {
    const { fake, until } = await follow((fake) => {
      ingress(fake, "web", {}, { "nginx.ingress.kubernetes.io/auth-secret": "users" });
      secret(fake, "users", "Opaque");
      fake.fault({ fault: { status: 403, reason: "Forbidden" }, within: "metadata.name=users", times: Infinity });
    });
    const loaded = await until("the problem", (one) => codes(one).length > 0);
    expect(codes(loaded)).toEqual(["error ClusterRefusesToTell secrets shop/users"]);
    expect(fake.watches("ingresses").length).toBe(1);
  });

  test("that are deleted while an Ingress names them serve on for five minutes", async () => {
    const { fake, timers, until } = await follow((fake) => {
      ingress(fake, "web", { tls: [{ secretName: "pair" }] });
      secret(fake, "pair", "kubernetes.io/tls");
      secret(fake, "unnamed", "kubernetes.io/tls");
    });
    await until("the set", () => true);
    fake.remove("secrets", "unnamed", "shop");
    fake.remove("secrets", "pair", "shop");
    const loaded = await until("the problem", (one) => codes(one).length > 0);
    expect(names(loaded.resources.secrets)).toBe("pair");
    expect(codes(loaded)).toEqual(["warning SecretGoneKeptForNow pair"]);
    timers.advance(300_000);
    await until("the end", ({ resources, diagnostics }) => resources.secrets.length === 0 && diagnostics.length === 0);
  });

  test("that are made again in time are taken as they are now", async () => {
    const { fake, until } = await follow((fake) => {
      ingress(fake, "web", { tls: [{ secretName: "pair" }] });
      secret(fake, "pair", "kubernetes.io/tls");
    });
    const [old] = (await until("the set", () => true)).resources.secrets;
    fake.remove("secrets", "pair", "shop");
    await until("the problem", (one) => codes(one).length > 0);
    secret(fake, "pair", "kubernetes.io/tls");
    const loaded = await until("the new one", (one) => codes(one).length === 0);
    expect(loaded.resources.secrets.map(({ metadata }) => metadata.uid)).not.toEqual([old?.metadata.uid]);
    expect(loaded.resources.secrets.length).toBe(1);
  });

  test("that are made again with another type are what they are now, and are not held back besides", async () => {
    const { fake, until } = await follow((fake) => {
      ingress(fake, "web", { tls: [{ secretName: "pair" }] });
      secret(fake, "pair", "kubernetes.io/tls");
    });
    await until("the set", () => true);
    fake.remove("secrets", "pair", "shop");
    await until("the problem", (one) => codes(one).length > 0);
    secret(fake, "pair", "Opaque");
    const loaded = await until("the new one", ({ resources }) =>
      resources.secrets.some(({ type }) => type === "Opaque"),
    );
    expect(loaded.resources.secrets.map(({ type }) => type)).toEqual(["Opaque"]);
    expect(codes(loaded)).toEqual([]);
  });

  test("that only Ingresses of other namespaces than those chosen name are never asked for", async () => {
    const users = { "nginx.ingress.kubernetes.io/auth-secret": "users" };
    const { fake, until } = await follow(
      (fake) => {
        fake.put("namespaces", { metadata: { name: "shop", labels: { team: "shop" } } });
        fake.put("namespaces", { metadata: { name: "other" } });
        ingress(fake, "web", {}, users);
        const metadata = { name: "other", namespace: "other", annotations: users };
        fake.put("ingresses", { metadata, spec: { ingressClassName: "ours" } });
        for (const namespace of ["shop", "other"]) secret(fake, "users", "Opaque", namespace);
      },
      { namespaceSelector: "team=shop" },
    );
    const loaded = await until("the set", () => true);
    expect(loaded.resources.secrets.map(({ metadata }) => metadata.namespace)).toEqual(["shop"]);
    expect(fake.seen.some(({ path }) => path.endsWith("/namespaces/other/secrets"))).toBe(false);
    fake.put("namespaces", { metadata: { name: "other", labels: { team: "shop" } } });
    await until("both", ({ resources }) => resources.secrets.length === 2);
  });
});

test("ConfigMaps are read only when flags name them", async () => {
  const { fake, until } = await follow(
    (fake) => {
      for (const name of ["tcp-services", "other"]) {
        fake.put("configmaps", { metadata: { name, namespace: "ingress" }, data: { a: "b" } });
      }
    },
    { configMaps: ["ingress/tcp-services"] },
  );
  expect(names((await until("the set", () => true)).resources.configMaps)).toBe("tcp-services");
  const asked = fake.seen.filter(({ resource }) => resource === "configmaps");
  expect(asked.map(({ query }) => query.get("fieldSelector"))).toEqual(["metadata.name=tcp-services"]);
});

test("an object that cannot be read costs itself, and its last good version stays", async () => {
  const { fake, until } = await follow((fake) => {
    fake.put("ingressclasses", { metadata: { name: "ours" }, spec: { controller: "ts-ingress.io/controller" } });
    fake.put("ingressclasses", { metadata: { name: "broken" }, spec: {} });
  });
  const first = await until("the set", () => true);
  expect(names(first.resources.ingressClasses)).toBe("ours");
  expect(codes(first)).toEqual(["error FieldMissing broken"]);
  fake.put("ingressclasses", { metadata: { name: "ours" }, spec: {} });
  const second = await until("the problem", ({ diagnostics }) => diagnostics.length === 2);
  expect(second.resources.ingressClasses).toEqual(first.resources.ingressClasses);
  expect(second.diagnostics.find(({ object }) => object.name === "ours")?.message).toContain("last good version");
});

test("what is refused later stays as it was, is told, and leaves the others alone", async () => {
  const { fake, timers, source, until } = await follow((fake) => {
    ingress(fake, "web");
    fake.put("services", { metadata: { name: "web", namespace: "shop" }, spec: { ports: [{ port: 80 }] } });
  });
  await until("the set", () => true);
  const allow = fake.fault({ fault: { status: 403, reason: "Forbidden" }, resource: "services", times: Infinity });
  fake.watches("services")[0]?.error(new Refusal(410, "Expired", "too old"));
  timers.advance(1_000);
  const refused = await until("the refusal", (one) => codes(one).length > 0);
  expect(codes(refused)).toEqual(["error ClusterRefusesToTell services"]);
  expect(names(refused.resources.services)).toBe("web");
  ingress(fake, "api");
  await until("a change of another kind", ({ resources }) => resources.ingresses.length === 2);
  expect(source.statuses.find(({ name }) => name === "services")?.phase).toBe("waiting");
  allow();
  timers.advance(30_000);
  await until("the end of it", (one) => codes(one).length === 0);
});
