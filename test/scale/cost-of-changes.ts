// What one change costs at a size, step by step: `node tools/run.cjs test/scale/cost-of-changes.ts [INGRESSES ENDPOINTS CERTIFICATES]`.
// The first line is a start from nothing. Milliseconds, in one process, one change after another; not a test.
import { LastGoodSecrets } from "../../src/control-plane/last-good-secrets.ts";
import type { ResourceSet } from "../../src/control-plane/resources/resources.ts";
import { ResourceMerger } from "../../src/control-plane/sources/merge-resources.ts";
import { Translator } from "../../src/control-plane/translate/translate.ts";
import { DataPlane } from "../../src/data-plane/data-plane.ts";
import { applyChanges, changesBetween } from "../../src/snapshot/changes.ts";
import { Sealer } from "../../src/snapshot/seal.ts";
import type { RoutingSnapshot } from "../../src/snapshot/snapshot.ts";
import { hostOf, makeCluster, makeIngress, makeSecret, makeSlice, TARGET } from "./made-cluster.ts";
import { makeManyPairs } from "./many-pairs.ts";

const ROUNDS = Number(process.env["ROUNDS"] ?? 9);
/** The object that changes. */
const AT = 40;

const [ingresses = TARGET.ingresses, endpoints = TARGET.endpoints, certificates = TARGET.certificates] = process.argv
  .slice(2)
  .map(Number);
const cluster = await makeCluster({ ingresses, endpoints, certificates });
const each = Math.round(endpoints / ingresses);
const [pair = {}] = await makeManyPairs([hostOf(AT)]);
const changes: Readonly<Record<string, ResourceSet>> = {
  "one EndpointSlice": { ...cluster, endpointSlices: cluster.endpointSlices.with(AT, makeSlice(AT, each, 9)) },
  "one Ingress": { ...cluster, ingresses: cluster.ingresses.with(AT, makeIngress(AT, true, 4)) },
  "a tenth of a second": {
    ...cluster,
    ingresses: some(cluster.ingresses, 10, (at) => makeIngress(at, at < certificates, 4)),
    endpointSlices: some(cluster.endpointSlices, 100, (at) => makeSlice(at, each, 9)),
  },
  "one Secret": { ...cluster, secrets: cluster.secrets.with(AT, makeSecret(AT, pair)) },
};

const merger = new ResourceMerger();
const secrets = new LastGoodSecrets();
const translator = new Translator({
  ingressClasses: ["ts-ingress"],
  serveWithoutClass: false,
  maps: [],
  allowLoopbackNames: false,
});
const sealer = new Sealer();
const plane = new DataPlane({
  https: { host: "127.0.0.1", port: 0 },
  defaultCertificate: () => Promise.resolve({ chain: "", privateKey: "" }),
});
let sent: RoutingSnapshot | null = null;
let received: RoutingSnapshot | null = null;

type Times = Record<string, number>;

/** Everything between a source and the table that serves, as the primary and a worker do it. */
function update(set: ResourceSet): Times {
  const times: Times = {};
  const time = <Value>(step: string, act: () => Value): Value => {
    const since = performance.now();
    const value = act();
    times[step] = performance.now() - since;
    return value;
  };
  const merged = time("merge", () => {
    const { resources } = merger.merge([{ from: "the cluster", resources: set }]);
    return { ...resources, secrets: secrets.keep(resources.secrets).secrets };
  });
  const translation = time("translate", () => translator.translate(merged));
  const snapshot = time("seal", () => sealer.seal(translation.fragment));
  const difference = time("diff", () => changesBetween(sent, snapshot));
  sent = snapshot;
  const message = structuredClone(difference);
  received = time("take in", () => applyChanges(received, message));
  time("apply", () => plane.apply(received as RoutingSnapshot));
  return times;
}

function print(what: string, times: Times): void {
  const steps = Object.entries(times).map(([step, time]) => `${step} ${time.toFixed(1)}`);
  const total = Object.values(times).reduce((sum, time) => sum + time, 0);
  console.log(`${what.padEnd(20)} ${total.toFixed(1).padStart(7)} ms: ${steps.join(", ")}`);
}

/** Of each step its own. */
function median(rounds: readonly Times[]): Times {
  const of = (step: string): number =>
    rounds.map((times) => times[step] as number).toSorted((a, b) => a - b)[ROUNDS >> 1] as number;
  return Object.fromEntries(Object.keys(rounds[0] as Times).map((step) => [step, of(step)]));
}

/** The list with so many of its objects in another version, far apart. */
function some<Value>(list: readonly Value[], count: number, make: (at: number) => Value): Value[] {
  const changed = [...list];
  const step = Math.floor(list.length / count);
  for (let at = 0; at < list.length; at += step) changed[at] = make(at);
  return changed;
}

print("start", update(cluster));
for (const [what, changed] of Object.entries(changes)) {
  update(changed);
  const rounds = Array.from({ length: ROUNDS }, () => {
    update(cluster);
    return update(changed);
  });
  print(what, median(rounds));
  update(cluster);
}
plane.close();
