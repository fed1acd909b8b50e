// Holds what a gateway made of the resources it has against what a gateway makes of them that has just started, and against a second opinion.
import { isDeepStrictEqual } from "node:util";
import type { Published } from "../../../src/control-plane/control-plane.ts";
import { readObject } from "../../../src/control-plane/resources/read-object.ts";
import { haveOneName, keyOf } from "../../../src/control-plane/resources/resource-key.ts";
import type { Ingress } from "../../../src/control-plane/resources/ingress.ts";
import type { Loaded } from "../../../src/control-plane/sources/sources.ts";
import { inOrder } from "../../../src/control-plane/translate/problems.ts";
import { translate } from "../../../src/control-plane/translate/translate.ts";
import { RouteTable } from "../../../src/data-plane/route-table/route-table.ts";
import type { Route } from "../../../src/snapshot/route.ts";
import { seal } from "../../../src/snapshot/seal.ts";
import type { RoutingSnapshot } from "../../../src/snapshot/snapshot.ts";
import { elsewhere } from "../../support/any-changes.ts";
import { expectedOf } from "./expected.ts";
import type { HandedWorker } from "./handed-worker.ts";
import { contentOf, type SecretContent } from "./secret-content.ts";
import { TRANSLATE } from "./whole-gateway.ts";

const KEPT = "SecretBrokenKeptLastGood";
const HOSTS = ["a.t.test", "b.t.test", "c.t.test", "d.t.test", "z.t.test", "x.elsewhere", "*"];
const PATHS = ["/", "/x", "/x/y", "/xy", "/y/x"];

/** @throws it is not what is made of the same resources at once */
export function checkFresh(published: Published, loaded: Loaded): void {
  const { resources, diagnostics, snapshot, ours } = published;
  const fresh = translate(elsewhere(resources), TRANSLATE);
  same("the snapshot", snapshot, seal(fresh.fragment));
  same("who is ours", ours.toSorted(), fresh.ours.toSorted());
  const others = diagnostics.filter(({ code }) => code !== KEPT);
  same("the diagnostics", others, inOrder([...structuredClone(loaded.diagnostics), ...fresh.diagnostics]));
}

/** @throws a broken certificate is used, or another one than the Secret's without a word */
export function checkSecrets(
  published: Published,
  loaded: Loaded,
  contents: readonly SecretContent[],
  good: Set<string>,
): void {
  const told = published.diagnostics
    .filter(({ code }) => code === KEPT)
    .map(({ object }) => `${object.namespace}/${object.name}`);
  const instead: string[] = [];
  for (const secret of loaded.resources.secrets) {
    const used = published.resources.secrets.find((one) => haveOneName(one, secret));
    if (used === undefined) throw new Error(`Secret ${keyOf(secret)} is not used`);
    if (isDeepStrictEqual(used, secret)) continue;
    instead.push(keyOf(secret));
    if (contentOf(contents, used.data).names === null)
      throw new Error(`a broken certificate is in use: ${keyOf(secret)}`);
    if (contentOf(contents, secret.data).names !== null)
      throw new Error(`a good certificate is not in use: ${keyOf(secret)}`);
    if (used.data["ca.crt"] !== secret.data["ca.crt"])
      throw new Error(`an authority of before is in use: ${keyOf(secret)}`);
  }
  same("which last good certificates are told of", told.toSorted(), instead.toSorted());
  for (const key of good)
    if (!instead.includes(key)) throw new Error(`the last good certificate of ${key} is not in use`);
}

/** @throws requests go elsewhere than they should, or certificates are shown to others */
export function checkAnswers({ resources, snapshot, ours }: Published, contents: readonly SecretContent[]): void {
  const expected = expectedOf(resources, contents);
  same("who is ours, by the second opinion", ours.toSorted(), expected.ours.toSorted());
  const table = new RouteTable(snapshot, () => null);
  for (const host of HOSTS) {
    for (const path of PATHS) {
      same(`${host}${path}`, answerOf(snapshot, table.match(host, path)?.route), expected.answer(host, path));
    }
  }
  const chainOf = (name: string): string | undefined =>
    resources.secrets.find((one) => keyOf(one) === name)?.data["tls.crt"];
  const shown = snapshot.certificates.flatMap(({ name, serverNames, chain }) =>
    serverNames.map((host) => `${host} ${name} ${chain === chainOf(name) ? "as it is" : "of before"}`),
  );
  const due = [...expected.certificates].map(([host, name]) => `${host} ${name} as it is`);
  same("certificates", shown.toSorted(), due.toSorted());
  const asking = snapshot.virtualHosts.filter((one) => one.clientCertificates !== undefined).map(({ host }) => host);
  same("who is asked for certificates", asking.toSorted(), [...expected.asking].toSorted());
  const chosen = resources.secrets.find((one) => keyOf(one) === TRANSLATE.defaultCertificate);
  const isGood = chosen !== undefined && contentOf(contents, chosen.data).names !== null;
  const defaults = snapshot.certificates.filter(({ isDefault }) => isDefault === true).map(({ name }) => name);
  same("the default certificate", defaults, isGood ? [TRANSLATE.defaultCertificate] : []);
}

function answerOf({ upstreams }: RoutingSnapshot, route: Route | undefined): string {
  if (route === undefined) return "404";
  if (route.action.kind === "unavailable") return "503";
  const { upstream: name } = route.action;
  const upstream = upstreams.find((one) => one.name === name);
  if (upstream === undefined) return `no upstream ${name}`;
  const { addressing, protocol } = upstream;
  const to =
    addressing.kind === "dns"
      ? `${addressing.name}:${addressing.port}`
      : JSON.stringify(addressing.endpoints.map(({ address, port }) => `${address}:${port}`));
  const redirect = route.middleware.find(({ use }) => use === "https-redirect");
  const before = redirect === undefined ? "" : `${redirect.options["code"] as number} `;
  return `${before}${protocol} ${to} ${route.requestBodyLimit ?? "no limit"}`;
}

/** @throws a worker does not serve what was published */
export async function checkWorker(worker: HandedWorker, { snapshot }: Published): Promise<void> {
  same("what a worker has", worker.snapshot, snapshot);
  const { revision, upstreams } = await worker.serves();
  same("what a worker applied", revision, snapshot.revision);
  for (const { name, addressing } of snapshot.upstreams) {
    if (addressing.kind !== "endpoints") continue;
    const due = addressing.endpoints.map(({ address, port }) => `${address}:${port}`);
    same(`endpoints of ${name} at a worker`, (upstreams.get(name) ?? []).toSorted(), due.toSorted());
  }
  const table = new RouteTable(snapshot, () => null);
  for (const host of HOSTS) {
    for (const path of PATHS)
      same(`${host}${path} at a worker`, worker.table?.match(host, path), table.match(host, path));
  }
}

/** @throws the webhook says something else of an Ingress than everything translated with it in its place */
export function checkReview(answer: unknown, object: object, before: object | null, { resources }: Published): void {
  const {
    allowed,
    status,
    warnings = [],
  } = answer as {
    allowed: boolean;
    status?: { message: string };
    warnings?: readonly string[];
  };
  const read = readObject(object);
  const [ingress] = read.resources as readonly Ingress[];
  if (ingress === undefined) return same("whether it is let through", allowed, true);
  const { creationTimestamp } = ingress.metadata;
  const aged = {
    ...ingress.metadata,
    creationTimestamp: before === null ? Number.MAX_SAFE_INTEGER : creationTimestamp,
  };
  const others = resources.ingresses.filter((one) => !haveOneName(one, ingress));
  const { ours, diagnostics } = translate(
    { ...resources, ingresses: [...others, { ...ingress, metadata: aged }] },
    TRANSLATE,
  );
  const saysTheSame = before !== null && isDeepStrictEqual(specOf(object), specOf(before));
  const about = [...read.diagnostics, ...diagnostics].filter(
    ({ object: of }) => of.kind === "Ingress" && `${of.namespace}/${of.name}` === keyOf(ingress),
  );
  const judged = ours.includes(keyOf(ingress)) && !saysTheSame ? about : [];
  const isError = ({ severity, scope }: (typeof about)[number]): boolean =>
    severity === "error" && scope !== "reference";
  const textOf = ({ code, message, remedy }: (typeof about)[number]): string => `${code}: ${message}. ${remedy}.`;
  const errors = judged.filter(isError).map(textOf);
  const milder = judged.filter((one) => !isError(one) && one.severity !== "info").map(textOf);
  same("whether it is let through", allowed, errors.length === 0);
  same("why not", (status?.message ?? "").split("\n").toSorted().join("\n"), errors.toSorted().join("\n"));
  same(
    "what it warns of",
    [...warnings].toSorted(),
    milder
      .slice(0, 16)
      .map((text) => text.slice(0, 256))
      .toSorted(),
  );
}

function specOf(object: object): unknown {
  const { spec, metadata } = object as { spec: unknown; metadata: { annotations?: unknown } };
  return [spec, metadata.annotations];
}

function same(what: string, is: unknown, due: unknown): void {
  if (isDeepStrictEqual(is, due)) return;
  const texts = [is, due].map((value) => JSON.stringify(value) ?? "nothing");
  throw new Error(`${what} is not as it should be: ${texts.join("\n  but: ")}`);
}
