import { keyOf } from "../../../src/control-plane/resources/resource-key.ts";
import { readObject } from "../../../src/control-plane/resources/read-object.ts";
import { allResources, type KnownResource } from "../../../src/control-plane/resources/resource-set.ts";
import type { ResourceSet } from "../../../src/control-plane/resources/resources.ts";
import type { Loaded } from "../../../src/control-plane/sources/sources.ts";
import type { StoredObject } from "../fake/object.ts";
import { namedSecrets } from "./expected.ts";
import type { TroubledCluster } from "./troubled-cluster.ts";

/** The label of the namespaces that are looked at. */
export const SELECTOR = "team=shop";
/** ConfigMaps that flags name. */
export const CONFIG_MAPS = ["default/z", "default/c"];

/** What is in the cluster and how it may be known, from the time on at which all of it was known. */
export class Truth {
  readonly #cluster: TroubledCluster;
  readonly #kinds: readonly string[];
  /** Objects as they were known then. */
  #known: ReadonlyMap<string, KnownResource> = new Map();
  /** Among all that ever was, where what came since begins. */
  #since = 0;
  /** Whether whoever knew it then is the same now. */
  #isRemembered = false;

  constructor(cluster: TroubledCluster, kinds: readonly string[]) {
    this.#cluster = cluster;
    this.#kinds = kinds;
  }

  /** All is known now. */
  settled({ resources }: Loaded): void {
    this.#known = new Map(allResources(resources).map((one) => [idOf(one), one]));
    this.#since = this.#cluster.ever.length;
    this.#isRemembered = true;
  }

  /** Whoever follows the cluster begins anew. */
  forget(): void {
    this.#isRemembered = false;
  }

  /** What of a set is not as it is. @param patient whether Secrets that are gone may be held back still */
  differences(loaded: Loaded | undefined, patient: boolean): string[] {
    if (loaded === undefined) return ["there is no set"];
    const known = new Map(allResources(loaded.resources).map((one) => [idOf(one), one]));
    const wrong = this.#there(loaded.resources).flatMap((object) => {
      const id = idOfStored(object);
      const has = known.get(id);
      known.delete(id);
      return this.#compare(object, id, has);
    });
    const held = heldBack(loaded);
    for (const id of known.keys()) if (!patient || !held.has(id)) wrong.push(`${id} is gone`);
    return [...wrong, ...this.#saidWrong(loaded, known)];
  }

  /** What is to be known of: all but Ingresses of other namespaces and what nobody names. */
  #there(resources: ResourceSet): StoredObject[] {
    const { fake } = this.#cluster;
    const chosen = new Set(
      fake
        .collection("namespaces")
        .list()
        .filter(({ metadata }) => `team=${metadata.labels?.["team"]}` === SELECTOR)
        .map(({ metadata }) => metadata.name),
    );
    const named = namedSecrets(resources);
    return this.#kinds
      .flatMap((of) => fake.collection(of).list())
      .filter((object) => {
        const { kind, metadata, type } = object;
        const key = `${metadata.namespace}/${metadata.name}`;
        if (kind === "Ingress") return chosen.has(metadata.namespace ?? "");
        if (kind === "Secret") return type === "kubernetes.io/tls" || named.has(key);
        if (kind === "ConfigMap") return CONFIG_MAPS.includes(key);
        return kind !== "Namespace";
      });
  }

  #compare(object: StoredObject, id: string, has: KnownResource | undefined): string[] {
    const [wanted] = readObject(object).resources;
    if (wanted !== undefined)
      return has !== undefined && textOf(has) === textOf(wanted) ? [] : [`${id} is not as it is`];
    const before = this.#known.get(id);
    const mustBeKept = this.#isRemembered && before?.metadata.uid === object.metadata.uid && object.kind !== "Secret";
    if (has === undefined) return mustBeKept ? [`the last good version of ${id} is not in use`] : [];
    const since = this.#cluster.ever.slice(this.#since).filter((one) => idOfStored(one) === id);
    const good = [...since.flatMap((one) => readObject(one).resources), ...(before === undefined ? [] : [before])];
    const isGood = has.metadata.uid === object.metadata.uid && good.some((one) => textOf(one) === textOf(has));
    return isGood ? [] : [`${id} is another version than the last good one`];
  }

  /** Each object says what is wrong with it now, and nobody else says anything. */
  #saidWrong({ resources, diagnostics }: Loaded, held: ReadonlyMap<string, KnownResource>): string[] {
    const due = this.#there(resources).flatMap((object) =>
      readObject(object).diagnostics.map(({ code }) => `${code} ${idOfStored(object)}`),
    );
    const gone = [...held.keys()].map((id) => `SecretGoneKeptForNow ${id}`);
    const said = diagnostics.map(({ code, object }) => `${code} ${object.kind} ${object.namespace}/${object.name}`);
    const missing = [...due, ...gone].filter((one) => !said.includes(one)).map((one) => `nobody is told: ${one}`);
    return [...missing, ...said.filter((one) => ![...due, ...gone].includes(one)).map((one) => `it is not so: ${one}`)];
  }
}

function heldBack({ resources, diagnostics }: Loaded): Set<string> {
  const named = namedSecrets(resources);
  const gone = diagnostics.filter(({ code }) => code === "SecretGoneKeptForNow");
  const keys = gone.map(({ object }) => `${object.namespace}/${object.name}`).filter((key) => named.has(key));
  return new Set(keys.map((key) => `Secret ${key}`));
}

/** "Ingress shop/web" */
export function idOf(resource: KnownResource): string {
  return `${resource.kind} ${keyOf(resource)}`;
}

function idOfStored({ kind, metadata }: StoredObject): string {
  return `${kind} ${metadata.namespace ?? ""}/${metadata.name}`;
}

/** Two that say the same are equal. */
export function textOf(resource: KnownResource): string {
  return JSON.stringify(resource);
}
