import type { ListWatchStatus } from "../../kubernetes/list-watch-status.ts";
import { namedBy } from "../../resources/resource-key.ts";
import type { KnownResource } from "../../resources/resource-set.ts";
import type { Diagnostic } from "../../translate/diagnostic.ts";
import type { ClusterKind } from "./cluster-kinds.ts";
import { inTurns } from "./in-turns.ts";
import { FollowedKind, type Following } from "./followed-kind.ts";

/** Each is a watch of its own. Whoever may write Ingresses could have us open any number. */
const MOST = 500;
/** Of those that are left out, how many are told one by one. */
const TOLD = 100;

/** Objects of one kind that are followed one by one, by their names, as the kubelet follows what its pods name. */
export class NamedObjects {
  readonly #kind: ClusterKind;
  readonly #following: Following;
  readonly #most: number;
  readonly #followed = new Map<string, FollowedKind>();
  readonly #closing = new Set<Promise<void>>();
  #left: readonly string[] = [];
  #resources: readonly KnownResource[] | null = null;

  /** @param most how many are followed at a time */
  constructor(kind: ClusterKind, following: Following, most = MOST) {
    this.#kind = kind;
    this.#most = most;
    const onChange = (): void => {
      this.#resources = null;
      following.onChange();
    };
    this.#following = { ...following, onChange };
  }

  /**
   * Follows these from now on, and no others.
   * @param names "namespace/name"; of too many those whose turn does not come are left out and told
   * @param first those that are taken before all others
   */
  follow(names: Iterable<string>, first: readonly string[] = []): void {
    const wanted = [...new Set([...first, ...inTurns(names)])];
    const taken = new Set(wanted.slice(0, this.#most));
    this.#left = wanted.slice(this.#most);
    for (const [name, followed] of this.#followed) {
      if (taken.has(name)) continue;
      this.#followed.delete(name);
      this.#resources = null;
      const closing = followed.close().finally(() => this.#closing.delete(closing));
      this.#closing.add(closing);
    }
    for (const key of taken) {
      if (this.#followed.has(key)) continue;
      this.#followed.set(key, new FollowedKind(this.#kind, namedBy(key), this.#following));
    }
  }

  /** Keeps its identity as long as none of them changes. */
  get resources(): readonly KnownResource[] {
    this.#resources ??= [...this.#followed.values()].flatMap(({ resources }) => resources);
    return this.#resources;
  }

  get diagnostics(): Diagnostic[] {
    const { kind } = this.#kind;
    const left = this.#left.slice(0, TOLD).map((key): Diagnostic => ({
      severity: "error",
      code: "NamedObjectsTooMany",
      scope: "conflict",
      object: { kind, ...namedBy(key) },
      message: `${kind} ${key} is not read, one of ${this.#left.length}: more than ${this.#most} are named one by one`,
      remedy: "Name fewer, or give several Ingresses the same one",
    }));
    return [...left, ...[...this.#followed.values()].flatMap(({ diagnostics }) => diagnostics)];
  }

  get statuses(): ListWatchStatus[] {
    return Array.from(this.#followed.values(), ({ status }) => status);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#closing, ...Array.from(this.#followed.values(), (followed) => followed.close())]);
  }
}
