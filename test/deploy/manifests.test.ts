import { existsSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { buildProgram } from "../../src/cli/program.ts";
import { CONTROLLER_NAME } from "../../src/control-plane/translate/options.ts";
import { BUILDABLE, called, CHART, documents, filesBelow, KUSTOMIZE, type Manifest, read } from "./documents.ts";

const FILES = filesBelow(KUSTOMIZE, ".yaml");
const OBJECTS: Manifest[] = FILES.flatMap((file) => documents(read(KUSTOMIZE, file)));
const BASE: Manifest[] = filesBelow(path.join(KUSTOMIZE, "base"), ".yaml").flatMap((file) =>
  documents(read(KUSTOMIZE, "base", file)),
);
const VERSION = (JSON.parse(read(KUSTOMIZE, "../../package.json")) as { version: string }).version;

function only(kind: string, name = "ts-ingress"): Manifest {
  const found = BASE.filter((one) => one.kind === kind && one.metadata?.name === name);
  expect(found.map(called)).toEqual([`${kind} ${name}`]);
  return found[0];
}

const pod = (): Manifest => only("Deployment").spec.template;
const controller = () => buildProgram().commands.find((command) => command.name() === "controller");
const container = (): Manifest => pod().spec.containers[0];

describe("the folders of kustomize", () => {
  const folders = [
    ...BUILDABLE,
    ...filesBelow(path.join(KUSTOMIZE, "components"), "kustomization.yaml").map(
      (file) => `components/${path.dirname(file)}`,
    ),
  ];

  test.each(folders)("%s names files that are there, and all that are there", (folder) => {
    const kustomization = documents(read(KUSTOMIZE, folder, "kustomization.yaml"))[0];
    const named = [
      ...(kustomization.resources ?? []),
      ...(kustomization.components ?? []),
      ...(kustomization.patches ?? []).flatMap((patch: Manifest) => patch.path ?? []),
      ...(kustomization.configMapGenerator ?? []).flatMap((one: Manifest) => one.files ?? []),
    ] as string[];
    expect(named.filter((name) => !existsSync(path.join(KUSTOMIZE, folder, name)))).toEqual([]);
    const own = named.filter((name) => !name.startsWith(".."));
    expect([...own, "kustomization.yaml"].toSorted()).toEqual(filesBelow(path.join(KUSTOMIZE, folder), ""));
  });
});

test("every flag in the manifests and the chart exists", () => {
  const known = (controller()?.options ?? []).map((option) => option.long);
  const used = [
    ...OBJECTS.flatMap(strings).filter((text) => text.startsWith("--")),
    ...filesBelow(CHART, ".yaml").flatMap((file) => read(CHART, file).match(/(?<=^ *- )--[^\s=]+/gm) ?? []),
  ];
  expect(used.length).toBeGreaterThan(10);
  expect(used.filter((text) => !known.includes(text.split("=")[0]))).toEqual([]);
});

describe("flags in the pages about deploying", () => {
  /** Of kubectl, Helm and docker. */
  const ofOthers =
    /^--(?:server-side|kustomize|namespace|create-namespace|set|tag|platform|push|all-namespaces|filename|cert|key|output|resolve|system)$/;
  const all = buildProgram().commands.flatMap((command) => command.options.map((option) => option.long));
  const pages = ["deploy.md", "exposing.md", "migrate-from-ingress-nginx.md"];

  test.each(pages)("%s names none that does not exist", (page) => {
    const named = read(KUSTOMIZE, "../../docs", page).match(/(?<![\w-])--[a-z][a-z-]+/g) ?? [];
    expect(named.length).toBeGreaterThan(0);
    expect(named.filter((flag) => !ofOthers.test(flag) && !all.includes(flag))).toEqual([]);
  });
});

function strings(value: unknown): string[] {
  if (typeof value === "string") return [value, ...(/^- op:/m.test(value) ? documents(value).flatMap(strings) : [])];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(strings) : [];
}

describe("the base", () => {
  test("has one version everywhere, that of the package", () => {
    const kustomization = documents(read(KUSTOMIZE, "base/kustomization.yaml"))[0];
    expect(kustomization.images).toEqual([{ name: "ts-ingress", newName: expect.any(String), newTag: VERSION }]);
    expect(kustomization.labels[0].pairs["app.kubernetes.io/version"]).toBe(VERSION);
    const written = [...new Set(OBJECTS.flatMap((one) => one.metadata?.labels?.["app.kubernetes.io/version"] ?? []))];
    expect(written).toEqual([VERSION]);
    expect(container().image).toBe("ts-ingress");
    const chart = documents(read(CHART, "Chart.yaml"))[0];
    expect([chart.version, chart.appVersion]).toEqual([VERSION, VERSION]);
    const { repository } = documents(read(CHART, "values.yaml"))[0].image;
    expect(repository).toBe(kustomization.images[0].newName);
  });

  test("has a class that translates as ours", () => {
    expect(only("IngressClass").spec.controller).toBe(CONTROLLER_NAME);
    expect(read(CHART, "templates/ingress-class.yaml")).toContain(`controller: ${CONTROLLER_NAME}\n`);
  });

  test("selects its pods, everywhere by the same labels", () => {
    const { labels } = pod().metadata;
    expect(only("Deployment").spec.selector.matchLabels).toEqual(labels);
    expect(only("Service").spec.selector).toEqual(labels);
    expect(only("Service", "ts-ingress-metrics").spec.selector).toEqual(labels);
    expect(only("NetworkPolicy").spec.podSelector.matchLabels).toEqual(labels);
    const others = OBJECTS.filter(
      (one) => one.kind === "PodDisruptionBudget" || one.spec?.template?.spec?.topologySpreadConstraints,
    );
    const selectors = others.flatMap(
      (one) =>
        one.spec.selector ??
        one.spec.template.spec.topologySpreadConstraints.map((spread: Manifest) => spread.labelSelector),
    );
    expect(selectors).toHaveLength(3);
    for (const selector of selectors) expect(selector.matchLabels).toEqual(labels);
  });

  test("leads ports 80 and 443 to the ports the gateway listens on, and probes to 10254", () => {
    const ports = Object.fromEntries(container().ports.map((port: Manifest) => [port.name, port.containerPort]));
    expect(ports).toEqual({ http: 8080, https: 8443, health: 10_254 });
    const led = only("Service").spec.ports.map((port: Manifest) => [port.port, ports[port.targetPort]]);
    expect(led).toEqual([
      [80, 8080],
      [443, 8443],
    ]);
    const { startupProbe, livenessProbe, readinessProbe } = container();
    const probes = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => [
      ports[httpGet.port],
      httpGet.path,
    ]);
    expect(probes).toEqual([
      [10_254, "/livez"],
      [10_254, "/livez"],
      [10_254, "/readyz"],
    ]);
    const open = only("NetworkPolicy").spec.ingress.flatMap((rule: Manifest) =>
      rule.ports.map((port: Manifest) => port.port),
    );
    expect(open).toEqual(["http", "https", "health"]);
  });

  test("gives open requests the time that they get by default, after the grace period", () => {
    const flag = (name: string): number => {
      const given = container()
        .args.find((arg: string) => arg.startsWith(`--${name}=`))
        ?.split("=")[1];
      return Number(given ?? controller()?.options.find((option) => option.long === `--${name}`)?.defaultValue);
    };
    const { terminationGracePeriodSeconds } = pod().spec;
    expect(terminationGracePeriodSeconds).toBeGreaterThan(flag("shutdown-grace-period") + flag("drain-timeout") + 10);
    // The overlay with the longest.
    expect(terminationGracePeriodSeconds).toBeGreaterThan(30 + flag("drain-timeout") + 10);
  });

  test("names the Lease that it may write", () => {
    const lease = container()
      .args.find((arg: string) => arg.startsWith("--election-id="))
      ?.split("=")[1];
    const rules = only("Role").rules as Manifest[];
    expect(rules.flatMap((rule) => rule.resourceNames ?? [])).toEqual([lease]);
  });

  test("may write nothing but status, Events and its Lease, and nowhere everything", () => {
    const roles = OBJECTS.filter((one) => one.kind === "ClusterRole" || one.kind === "Role").filter(
      (one) => one.rules !== undefined,
    );
    expect(roles.length).toBeGreaterThan(2);
    const rules = roles.flatMap((role) => role.rules as Manifest[]);
    expect(JSON.stringify(rules)).not.toContain("*");
    const written = rules.filter((rule) => rule.verbs.some((verb: string) => !["get", "list", "watch"].includes(verb)));
    const resources = new Set(written.flatMap((rule) => rule.resources as string[]));
    const ofEverybody = ["events", "ingresses/status"];
    const ofOurs = ["leases", "secrets", "validatingwebhookconfigurations"];
    expect([...resources].toSorted()).toEqual([...ofEverybody, ...ofOurs].toSorted());
    // Of what is ours one object is named, but for making it.
    const changed = written.filter((rule) => !ofEverybody.includes(rule.resources[0]) && rule.verbs[0] !== "create");
    expect(changed.map((rule) => rule.resourceNames)).toEqual([
      ["ts-ingress-leader"],
      ["ts-ingress-webhook"],
      ["ts-ingress"],
    ]);
  });
});
