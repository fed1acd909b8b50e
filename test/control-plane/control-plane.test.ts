import { beforeAll, expect, test, vi } from "vitest";
import { makeCertificate, validFor } from "../../src/certificates/certificates.ts";
import type { KnownResource } from "../../src/control-plane/resources/resource-set.ts";
import { fixedResources } from "../../src/control-plane/sources/fixed-resources.ts";
import type { Diagnostic } from "../../src/control-plane/translate/diagnostic.ts";
import type { ResourceSet } from "../../src/control-plane/resources/resources.ts";
import type * as Translators from "../../src/control-plane/translate/translate.ts";
import type { Translation } from "../../src/control-plane/translate/translation.ts";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import { ingress, path, service, slice, tlsSecret } from "../support/resources.ts";
import { Waiting } from "../support/waiting.ts";
import { SpokenSource } from "./spoken-source.ts";
import { Plane } from "./followed-plane.ts";

/** The real translator, which tells when it ran, and which an annotation can make defective: it has no such defect of its own. */
vi.mock("../../src/control-plane/translate/translate.ts", async (importOriginal) => {
  const real = await importOriginal<typeof Translators>();
  class Translator extends real.Translator {
    override translate(resources: ResourceSet): Translation {
      translations.count += 1;
      translations.waiting.changed();
      const defect = resources.ingresses[0]?.metadata.annotations["defect"];
      if (defect === "throws") throw new TypeError("a defect");
      const translation = super.translate(resources);
      return defect === "dangling"
        ? { ...translation, fragment: { ...translation.fragment, upstreams: [] } }
        : translation;
    }
  }
  return { ...real, Translator };
});
const translations = vi.hoisted(() => ({ count: 0, waiting: { changed: (): void => undefined } }));

function web(host: string): KnownResource[] {
  return [
    ingress("shop/web", { rules: [{ host, paths: [path("/", "web:80")] }] }),
    service("shop/web"),
    slice("shop/web", ["10.0.0.1"]),
  ];
}

const PROBLEM: Diagnostic = {
  severity: "error",
  code: "FileNotParsed",
  scope: "object",
  object: { kind: "File", namespace: "", name: "a.yaml" },
  message: "broken",
  remedy: "Correct it",
};

let pair: CertificatePair;

beforeAll(async () => {
  pair = await makeCertificate({
    commonName: "test",
    names: [{ kind: "dns", value: "shop.example.com" }],
    authority: false,
    ...validFor(1),
  });
});

test("publishes what the source says, and again what changed", async () => {
  const source = new SpokenSource();
  const plane = new Plane([source]);
  expect(plane.control.latest).toBeNull();
  source.say(web("a.example.com"));
  await plane.control.start();
  expect(plane.hosts()).toEqual(["a.example.com"]);
  expect(plane.control.latest).toBe(plane.published[0]);
  source.say(web("b.example.com"));
  await plane.until("the second", () => plane.published.length === 2);
  expect(plane.hosts()).toEqual(["b.example.com"]);
  expect(plane.errors).toEqual([]);
});

test("waits until every source has spoken, and joins what they say", async () => {
  const [first, second] = [new SpokenSource("the first"), new SpokenSource("the second")];
  const plane = new Plane([first, second]);
  const started = plane.control.start();
  first.say(web("a.example.com"));
  first.say([...web("a.example.com"), service("shop/other")]);
  second.say([
    service("shop/web", { ports: [] }),
    ingress("shop/more", { rules: [{ host: "b.example.com", paths: [path("/", "web:80")] }] }),
  ]);
  await started;
  expect(plane.published).toHaveLength(1);
  expect(plane.hosts()).toEqual(["a.example.com", "b.example.com"]);
  expect(plane.control.latest?.diagnostics).toMatchObject([
    {
      code: "ObjectDuplicate",
      message: "Service shop/web in the second is also in the first, which counts",
    },
  ]);
});

test("a control plane without sources publishes the empty snapshot; fixed resources are a source", async () => {
  const empty = new Plane([]);
  await empty.control.start();
  expect(empty.hosts()).toEqual([]);
  const [made, at, slices] = web("a.example.com") as [
    ReturnType<typeof ingress>,
    ReturnType<typeof service>,
    ReturnType<typeof slice>,
  ];
  const fixed = new Plane([fixedResources("code", { ingresses: [made], services: [at], endpointSlices: [slices] })]);
  await fixed.control.start();
  expect(fixed.hosts()).toEqual(["a.example.com"]);
});

test("problems come by file and line, each once, whoever found them", async () => {
  const source = new SpokenSource();
  const plane = new Plane([source]);
  const at = (line: number): Diagnostic => ({ ...PROBLEM, object: { ...PROBLEM.object, file: "a.yaml", line } });
  const lost = ingress("shop/lost", { rules: [{ host: "a.example.com", paths: [path("/", "gone:80")] }] });
  source.say([{ ...lost, place: { file: "a.yaml", lineOf: () => 7 } }], [at(9), at(3), at(9)]);
  await plane.control.start();
  expect(plane.control.latest?.diagnostics.map(({ code, object }) => `${object.line} ${code}`)).toEqual([
    `3 ${PROBLEM.code}`,
    "7 ServiceNotFound",
  ]);
});

test("nothing new is not published; new diagnostics alone are", async () => {
  const source = new SpokenSource();
  const plane = new Plane([source]);
  source.say(web("a.example.com"));
  await plane.control.start();
  const before = translations.count;
  const translated = new Waiting();
  translations.waiting = translated;
  source.say(web("a.example.com"));
  await translated.until("another translation", () => translations.count === before + 1);
  source.say(web("a.example.com"), [PROBLEM]);
  await plane.until("the second", () => plane.published.length === 2);
  expect(plane.published.map(({ diagnostics }) => diagnostics)).toEqual([[], [PROBLEM]]);
  expect(plane.published[1]?.snapshot.revision).toBe(plane.published[0]?.snapshot.revision);
});

test("an object that was made again, and one that nobody refers to, are news, though all is served as before", async () => {
  const source = new SpokenSource();
  const plane = new Plane([source]);
  const [made, ...rest] = web("a.example.com") as [KnownResource, ...KnownResource[]];
  const identified = (uid: string): KnownResource => ({ ...made, metadata: { ...made.metadata, uid } });
  source.say([identified("1"), ...rest]);
  await plane.control.start();
  source.say([identified("2"), ...rest]);
  await plane.until("the second", () => plane.published.length === 2);
  source.say([identified("2"), ...rest, service("shop/more")]);
  await plane.until("the third", () => plane.published.length === 3);
  const uids = plane.published.map(({ resources }) => resources.ingresses[0]?.metadata.uid);
  expect(uids).toEqual(["1", "2", "2"]);
  expect(plane.control.latest?.resources.services).toHaveLength(2);
  expect(new Set(plane.published.map(({ snapshot }) => snapshot.revision)).size).toBe(1);
});

test("a Secret that breaks keeps its last good certificate, and says so", async () => {
  const source = new SpokenSource();
  const plane = new Plane([source]);
  const served = (key: string): KnownResource[] => [
    ingress("shop/web", {
      rules: [{ host: "shop.example.com", paths: [path("/", "web:80")] }],
      tls: [{ hosts: ["shop.example.com"], secretName: "tls" }],
    }),
    ...web("").slice(1),
    tlsSecret("shop/tls", { "tls.crt": pair.chain, "tls.key": key }),
  ];
  source.say(served(pair.privateKey));
  await plane.control.start();
  const [good] = plane.published;
  expect(good?.snapshot.certificates).toHaveLength(1);
  source.say(served("broken"));
  await plane.until("the second", () => plane.published.length === 2);
  const [, kept] = plane.published;
  expect(kept?.snapshot.certificates).toEqual(good?.snapshot.certificates);
  const news = kept?.diagnostics.filter(({ code }) => !good?.diagnostics.some((before) => before.code === code));
  expect(news).toMatchObject([{ severity: "error", code: "SecretBrokenKeptLastGood", object: { name: "tls" } }]);
});

const DEFECTS = [
  ["throws", "a defect"],
  ["dangling", "route shop/web rules[0].paths[0] forwards to upstream shop/web:80, which does not exist"],
] as const;

test.each(DEFECTS)(
  "a translation that %s: the last good snapshot stays, until the next good one",
  async (defect, why) => {
    const source = new SpokenSource();
    const plane = new Plane([source]);
    source.say(web("a.example.com"));
    await plane.control.start();
    source.say(defective(defect));
    await plane.until("the error", () => plane.errors.length === 1);
    expect(plane.errors).toEqual([`the new snapshot is not used, the last good one stays: ${why}`]);
    expect(plane.hosts()).toEqual(["a.example.com"]);
    expect(plane.published).toHaveLength(1);
    source.say(web("b.example.com"));
    await plane.until("the second", () => plane.published.length === 2);
    expect(plane.hosts()).toEqual(["b.example.com"]);
  },
);

test("a first snapshot that cannot be made fails the start", async () => {
  const source = new SpokenSource();
  const plane = new Plane([source]);
  source.say(defective("throws"));
  await expect(plane.control.start()).rejects.toThrow("the new snapshot is not used");
  expect(plane.control.latest).toBeNull();
});

test("when publishing fails, what was published before stays the latest", async () => {
  const source = new SpokenSource();
  const plane = new Plane([source], {
    publish: ({ snapshot }) => {
      if (snapshot.virtualHosts[0]?.host === "bad.example.com") throw new Error("cannot apply");
    },
  });
  source.say(web("a.example.com"));
  await plane.control.start();
  source.say(web("bad.example.com"));
  await plane.until("the error", () => plane.errors.length === 1);
  expect(plane.errors).toEqual(["the new snapshot is not used, the last good one stays: cannot apply"]);
  expect(plane.hosts()).toEqual(["a.example.com"]);
});

test("a source that fails later costs its news only", async () => {
  const [first, second] = [new SpokenSource("the first"), new SpokenSource("the second")];
  const plane = new Plane([first, second]);
  first.say(web("a.example.com"));
  second.say([]);
  await plane.control.start();
  first.fail(new Error("gone"));
  await plane.until("the error", () => plane.errors.length === 1);
  expect(plane.errors).toEqual(["the first is not followed any more: gone"]);
  second.say([service("shop/other")], [PROBLEM]);
  await plane.until("the second", () => plane.published.length === 2);
  expect(plane.hosts()).toEqual(["a.example.com"]);
});

test.each([
  ["throws", (source: SpokenSource) => source.fail(new Error("no such cluster")), "no such cluster"],
  ["ends", (source: SpokenSource) => source.end(), "it ended before it said anything"],
])("a source that %s before it has spoken fails the start", async (_what, act, why) => {
  const source = new SpokenSource();
  const plane = new Plane([source]);
  act(source);
  await expect(plane.control.start()).rejects.toThrow(`the test is not followed any more: ${why}`);
});

test("close ends every source, publishes nothing more, and frees who waits for the start", async () => {
  const [spoken, silent] = [new SpokenSource(), new SpokenSource()];
  const plane = new Plane([spoken, silent]);
  const started = plane.control.start();
  spoken.say(web("a.example.com"));
  silent.say([]);
  const closed = plane.control.close();
  await expect(started).rejects.toThrow("closed before");
  await closed;
  expect([spoken.ended, silent.ended]).toEqual([true, true]);
  spoken.say(web("b.example.com"));
  expect(plane.published).toEqual([]);
  expect(plane.errors).toEqual([]);
  await plane.control.close();
});

function defective(defect: string): KnownResource[] {
  const [, ...others] = web("");
  return [ingress("shop/web", undefined, { defect }), ...others];
}
