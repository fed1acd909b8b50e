import { isDeepStrictEqual } from "node:util";
import { keyOf } from "../../../src/control-plane/resources/resource-key.ts";
import { readObject } from "../../../src/control-plane/resources/read-object.ts";
import { allResources, type KnownResource } from "../../../src/control-plane/resources/resource-set.ts";
import type { Loaded } from "../../../src/control-plane/sources/sources.ts";
import type { StoredObject } from "../fake/object.ts";
import { namedSecrets } from "./expected.ts";
import { idOf, textOf } from "./truth.ts";

/** Milliseconds that a certificate serves on without its Secret. */
const GRACE = 300_000;

/** What a source said, and when, in milliseconds. */
export interface Said {
  readonly at: number;
  readonly loaded: Loaded;
}

/** @throws a set was half, held what never was, or made anew what is the same; a certificate went before its time */
export function checkLoads(loads: readonly Said[], everStored: readonly StoredObject[]): void {
  const ever = new Set(everStored.flatMap((object) => readObject(object).resources.map(textOf)));
  const held = new Map<string, number>();
  let before: Loaded | null = null;
  for (const { at, loaded } of loads) {
    checkLoad(loaded, ever);
    if (before !== null) checkStep(before, loaded, at, held);
    before = loaded;
  }
}

function checkLoad({ resources }: Loaded, ever: ReadonlySet<string>): void {
  const all = allResources(resources);
  const never = all.find((one) => !ever.has(textOf(one)));
  if (never !== undefined) throw new Error(`this never was: ${textOf(never)}`);
  if (new Set(all.map(idOf)).size !== all.length) throw new Error("an object is there twice");
  const parts = [resources.ingresses, resources.ingressClasses, resources.services, resources.endpointSlices];
  for (const part of [...parts, resources.secrets, resources.configMaps]) {
    const z = (part as readonly KnownResource[]).some(({ metadata }) => metadata.name === "z");
    if (!z) throw new Error("a set was half");
  }
}

/** @param held since when certificates are there without their Secrets, in milliseconds */
function checkStep(before: Loaded, after: Loaded, at: number, held: Map<string, number>): void {
  const now = new Map(allResources(after.resources).map((one) => [idOf(one), one]));
  for (const then of allResources(before.resources)) {
    const next = now.get(idOf(then));
    // A Secret is followed by its name or as a certificate, and changes hands.
    if (next !== undefined && next.kind !== "Secret" && next !== then && isDeepStrictEqual(next, then)) {
      throw new Error(`${idOf(then)} is the same and was made anew`);
    }
  }
  const [named, namedNow] = [namedSecrets(before.resources), namedSecrets(after.resources)];
  for (const secret of before.resources.secrets) {
    const key = keyOf(secret);
    if (secret.type !== "kubernetes.io/tls" || !named.has(key) || !namedNow.has(key) || now.has(idOf(secret))) continue;
    if (at - (held.get(key) ?? at) < GRACE) throw new Error(`the certificate ${key} went before its time`);
  }
  const gone = after.diagnostics.filter(({ code }) => code === "SecretGoneKeptForNow");
  const keys = gone.map(({ object }) => `${object.namespace}/${object.name}`);
  for (const key of held.keys()) if (!keys.includes(key)) held.delete(key);
  for (const key of keys) if (!held.has(key)) held.set(key, at);
}
