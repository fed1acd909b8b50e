import { hash } from "node:crypto";
import { ApiError } from "../kubernetes/api-error.ts";
import type { ApiObject } from "../kubernetes/api-object.ts";
import type { ApiServer } from "../kubernetes/api-server.ts";
import { ListWatch } from "../kubernetes/list-watch.ts";
import type { Timers } from "../timers.ts";
import { type Address, textOf } from "./load-balancer.ts";
import { Paced } from "./paced.ts";
import { Trouble } from "./trouble.ts";

/** What is kept of an Ingress to see whether its status is right. */
export interface StatusOfIngress {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Another when what its users wrote is: its generation, which counts changes of the spec, and a hash of its annotations. */
  readonly written: string;
  /** As `textOf` has it. */
  readonly addresses: string;
}

export interface IngressStatusOptions {
  readonly api: ApiServer;
  readonly timers: Timers;
  readonly random: () => number;
  /** Absent: of the whole cluster. */
  readonly namespace?: string | undefined;
  /** Called for each Ingress that is new or has another spec or other annotations, but not for those that were there when we began. */
  readonly onChanged: (ingress: StatusOfIngress) => void;
  readonly onProblem: (problem: Error | null) => void;
}

/** As controller-runtime has it for all that a controller asks: ten thousand Ingresses take nine minutes, which no API server is busy with. */
const WRITES = { perSecond: 20, burst: 30 };
/** Milliseconds in which changes are gathered: each has us look at all Ingresses. */
const GATHERED = 1000;
/** At the end there is no quarter of an hour. */
const LAST_WRITES = 50;

/** Keeps `status.loadBalancer` of our Ingresses as it should be, whoever else writes there. Runs while we lead. */
export class IngressStatus {
  readonly #options: IngressStatusOptions;
  readonly #watch: ListWatch<StatusOfIngress>;
  readonly #writes: Paced;
  #written: Map<string, string> | null = null;
  /** Keys of those that came or changed and whose status is not right yet: somebody waits for these. */
  readonly #fresh = new Set<string>();
  /** What was written already to an Ingress that is still known as it was before. */
  readonly #sent = new WeakMap<StatusOfIngress, string>();
  #ours: ReadonlySet<string> = new Set();
  #wanted: readonly Address[] | null = null;
  readonly #trouble: Trouble;
  #due: (() => void) | null = null;

  constructor(options: IngressStatusOptions) {
    this.#options = options;
    this.#trouble = new Trouble(options.onProblem);
    const { api, timers, random, namespace } = options;
    this.#writes = new Paced({ timers, random, ...WRITES });
    const within = namespace === undefined ? "" : `namespaces/${namespace}/`;
    this.#watch = new ListWatch<StatusOfIngress>({
      api,
      name: "ingresses (status)",
      path: `/apis/networking.k8s.io/v1/${within}ingresses`,
      read: readStatus,
      timers,
      random,
      hold: 0,
      streaming: true,
      onChange: () => {
        this.#due ??= timers.after(GATHERED, () => this.#changed());
      },
      onStatus: ({ problem }) => this.#trouble.tell(problem === null ? null : new Error(problem.message)),
    });
    this.#watch.start();
  }

  /** Statuses that are yet to be written. */
  get waiting(): number {
    return this.#writes.waiting;
  }

  /** @param ours "namespace/name" of the Ingresses we serve @param wanted where clients reach us; null: not known, nothing is written */
  update(ours: ReadonlySet<string>, wanted: readonly Address[] | null): void {
    this.#ours = ours;
    this.#wanted = wanted;
    this.#compare();
  }

  /** Stops, without a word to anybody. */
  async close(): Promise<void> {
    this.#due?.();
    await Promise.all([this.#watch.close(), this.#writes.close()]);
  }

  /** Takes away what says that clients reach these Ingresses here, when nobody serves them any more. Resolves when done, or at `signal`. */
  async clear(signal: AbortSignal): Promise<void> {
    const left = this.#watch.values().filter((one) => this.#ours.has(keyOf(one)) && one.addresses !== "");
    const worker = async (): Promise<void> => {
      for (let next = left.pop(); next !== undefined && !signal.aborted; next = left.pop()) {
        await this.#write(next, [], signal).catch(() => undefined);
      }
    };
    await Promise.all(Array.from({ length: LAST_WRITES }, worker));
  }

  #changed(): void {
    this.#due = null;
    const before = this.#written;
    const now = new Map<string, string>();
    for (const one of this.#watch.values()) {
      const key = keyOf(one);
      const version = `${one.uid} ${one.written}`;
      now.set(key, version);
      if (before === null || before.get(key) === version) continue;
      this.#fresh.add(key);
      this.#options.onChanged(one);
    }
    for (const key of this.#fresh) if (!now.has(key)) this.#fresh.delete(key);
    this.#written = now;
    this.#compare();
  }

  #compare(): void {
    const wanted = this.#wanted === null ? null : textOf(this.#wanted);
    for (const one of this.#watch.values()) {
      const key = keyOf(one);
      if (this.#isRight(one, wanted)) this.#fresh.delete(key);
      if (!this.#ours.has(key) || this.#isRight(one, wanted)) this.#writes.delete(key);
      else this.#writes.add(key, (signal) => this.#correct(one.namespace, one.name, signal), this.#fresh.has(key));
    }
  }

  /** @param wanted null: nobody knows, and nothing is wrong */
  #isRight(one: StatusOfIngress, wanted: string | null): boolean {
    return wanted === null || one.addresses === wanted || this.#sent.get(one) === wanted;
  }

  /** What is there and what is wanted may have changed since this was put in the queue. @returns whether there is no more to do */
  async #correct(namespace: string, name: string, signal: AbortSignal): Promise<boolean> {
    const one = this.#watch.get(namespace, name);
    const wanted = this.#wanted;
    if (one === undefined || wanted === null || this.#isRight(one, textOf(wanted))) return true;
    try {
      await this.#write(one, wanted, signal);
      this.#sent.set(one, textOf(wanted));
      this.#trouble.tell(null);
      return true;
    } catch (error) {
      // Deleted meanwhile, or we lead no more.
      if (signal.aborted || (error instanceof ApiError && error.status === 404)) return true;
      this.#trouble.tell(
        new Error(`the status of Ingress ${namespace}/${name} is not written: ${(error as Error).message}`),
      );
      return false;
    }
  }

  /** Only what we mean: fields that others may have put there stay. */
  async #write(
    { namespace, name }: StatusOfIngress,
    addresses: readonly Address[],
    signal: AbortSignal,
  ): Promise<void> {
    await this.#options.api.request(
      "PATCH",
      `/apis/networking.k8s.io/v1/namespaces/${namespace}/ingresses/${name}/status`,
      {
        body: { status: { loadBalancer: { ingress: addresses } } },
        contentType: "application/merge-patch+json",
        signal,
      },
    );
  }
}

function keyOf({ namespace, name }: StatusOfIngress): string {
  return `${namespace}/${name}`;
}

function readStatus({ metadata, ...object }: ApiObject): StatusOfIngress {
  const status = object["status"] as { loadBalancer?: { ingress?: unknown } } | null | undefined;
  const list = status?.loadBalancer?.ingress;
  return {
    namespace: metadata.namespace ?? "",
    name: metadata.name,
    uid: metadata.uid ?? "",
    written: `${String(metadata["generation"])} ${hashOf(metadata["annotations"])}`,
    addresses: textOf((Array.isArray(list) ? list : []).flatMap(readAddress)),
  };
}

function hashOf(value: unknown): string {
  return hash("sha1", JSON.stringify(value ?? null), "base64");
}

function readAddress(value: unknown): Address[] {
  const { ip, hostname } = (value ?? {}) as { ip?: unknown; hostname?: unknown };
  if (typeof ip === "string" && ip !== "") return [{ ip }];
  return typeof hostname === "string" && hostname !== "" ? [{ hostname }] : [];
}
