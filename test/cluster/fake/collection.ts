import { randomUUID } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { apiVersionOf, type FakeKind } from "./kinds.ts";
import { Refusal, without, type Draft, type StoredObject } from "./object.ts";

/** A change of a collection. `object` is as it is afterwards, or was last; `before` as it was. */
export interface Change {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  readonly version: number;
  readonly object: StoredObject;
  readonly before: StoredObject | null;
}

/** RFC 1123. */
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Numbers versions, one for all collections as etcd does. */
export class Versions {
  now = 100;
  /** The time of day. */
  clock = (): Date => new Date();
}

/** All objects of one kind, and how they came to be. */
export class Collection {
  readonly kind: FakeKind;
  readonly #versions: Versions;
  readonly #objects = new Map<string, StoredObject>();
  /** Every change since `oldest`. */
  #changes: Change[] = [];
  #oldest: number;
  readonly #listeners = new Set<(change: Change) => void>();

  constructor(kind: FakeKind, versions: Versions) {
    this.kind = kind;
    this.#versions = versions;
    this.#oldest = versions.now;
  }

  /** In the order of etcd: by namespace and name. */
  list(namespace?: string): StoredObject[] {
    const all = [...this.#objects.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, object]) => object);
    return namespace === undefined ? all : all.filter(({ metadata }) => metadata.namespace === namespace);
  }

  has(namespace: string, name: string): boolean {
    return this.#objects.has(`${namespace}/${name}`);
  }

  get(namespace: string, name: string): StoredObject {
    const object = this.#objects.get(`${namespace}/${name}`);
    if (object === undefined) throw new Refusal(404, "NotFound", `${this.kind.plural} "${name}" not found`);
    return object;
  }

  create(namespace: string, draft: Draft): StoredObject {
    const { name, generateName } = draft.metadata ?? {};
    if (name === undefined && generateName !== undefined && !SUBDOMAIN.test(generateName.replace(/-$/, "a"))) {
      throw new Refusal(422, "Invalid", `metadata.generateName: Invalid value: "${generateName}"`);
    }
    const given = name ?? (generateName === undefined ? undefined : `${generateName}${randomUUID().slice(0, 5)}`);
    if (given === undefined) throw new Refusal(422, "Invalid", "metadata.name: Required value");
    const key = `${namespace}/${given}`;
    if (this.#objects.has(key)) {
      throw new Refusal(409, "AlreadyExists", `${this.kind.plural} "${given}" already exists`);
    }
    const identity = { uid: randomUUID(), creationTimestamp: `${this.#versions.clock().toISOString().slice(0, 19)}Z` };
    const object = this.#stored(namespace, given, this.kind.status ? without(draft, "status") : draft, {
      ...identity,
      generation: 1,
    });
    return this.#commit("ADDED", object, null);
  }

  /** @param of what of the object is written: with a status of its own, either it or the rest */
  update(namespace: string, name: string, draft: Draft, of: "object" | "status" = "object"): StoredObject {
    const before = this.get(namespace, name);
    const { resourceVersion, uid } = draft.metadata ?? {};
    const { metadata } = before;
    const stale = resourceVersion !== undefined && resourceVersion !== metadata.resourceVersion;
    if (stale || (uid !== undefined && uid !== metadata.uid)) {
      throw new Refusal(
        409,
        "Conflict",
        `Operation cannot be fulfilled on ${this.kind.plural} "${name}": it was modified`,
      );
    }
    const next = this.kind.status ? separated(before, draft, of) : draft;
    const generation = isDeepStrictEqual(specOf(before), specOf(next)) ? metadata.generation : metadata.generation + 1;
    const object = this.#stored(namespace, name, next, { ...identityOf(before), generation });
    const same = { ...object, metadata: { ...object.metadata, resourceVersion: metadata.resourceVersion } };
    return isDeepStrictEqual(same, before) ? before : this.#commit("MODIFIED", object, before);
  }

  remove(namespace: string, name: string, uid?: string): StoredObject {
    const before = this.get(namespace, name);
    if (uid !== undefined && uid !== before.metadata.uid) throw new Refusal(409, "Conflict", "the uid differs");
    const version = String(this.#versions.now + 1);
    return this.#commit("DELETED", { ...before, metadata: { ...before.metadata, resourceVersion: version } }, before);
  }

  /** Changes after a version. @throws {Refusal} 410 when they are not kept any more */
  since(version: number): Change[] {
    if (version < this.#oldest) {
      throw new Refusal(410, "Expired", `too old resource version: ${version} (${this.#oldest})`);
    }
    return this.#changes.filter((change) => change.version > version);
  }

  /** Forgets what happened up to now: who watches from before gets 410. */
  compact(): void {
    this.#changes = [];
    this.#oldest = this.#versions.now;
  }

  /** Another object has the place and the version of one, as after a backup was put back: who watches from before gets 410. */
  restore(namespace: string, name: string, draft: Draft): StoredObject {
    const { resourceVersion } = this.get(namespace, name).metadata;
    const stored = this.#stored(namespace, name, draft, { uid: randomUUID(), generation: 1 });
    const object = { ...stored, metadata: { ...stored.metadata, resourceVersion } };
    this.#objects.set(`${namespace}/${name}`, object);
    this.#versions.now += 1;
    this.compact();
    return object;
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #stored(namespace: string, name: string, draft: Draft, identity: object): StoredObject {
    const metadata = {
      ...draft.metadata,
      name,
      ...(this.kind.namespaced ? { namespace } : {}),
      ...identity,
      resourceVersion: String(this.#versions.now + 1),
      managedFields: [{ manager: "fake", operation: "Update", fieldsV1: { "f:metadata": {} } }],
    };
    const { stringData, ...rest } = draft as Draft & { stringData?: Record<string, string> };
    const encoded = Object.entries(stringData ?? {}).map(([key, value]) => [
      key,
      Buffer.from(value).toString("base64"),
    ]);
    const data =
      stringData === undefined ? {} : { data: { ...(rest["data"] as object), ...Object.fromEntries(encoded) } };
    const stored = { apiVersion: apiVersionOf(this.kind), kind: this.kind.kind, ...rest, ...data, metadata };
    return structuredClone(stored) as unknown as StoredObject;
  }

  #commit(type: Change["type"], object: StoredObject, before: StoredObject | null): StoredObject {
    this.#versions.now += 1;
    const key = `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
    if (type === "DELETED") this.#objects.delete(key);
    else this.#objects.set(key, object);
    const change = { type, version: this.#versions.now, object, before };
    this.#changes.push(change);
    for (const listener of this.#listeners) listener(change);
    return object;
  }
}

function separated(before: StoredObject, draft: Draft, of: "object" | "status"): Draft {
  const [rest, from] = of === "status" ? [before, draft] : [draft, before];
  const status = from["status"];
  return { ...without(rest, "status"), ...(status === undefined ? {} : { status }) };
}

function identityOf({ metadata }: StoredObject): object {
  return { uid: metadata.uid, creationTimestamp: metadata.creationTimestamp };
}

function specOf(object: Draft): unknown {
  return without(object, "metadata", "status", "apiVersion", "kind");
}
