import { ListWatch } from "../../src/control-plane/kubernetes/list-watch.ts";
import type { ApiObject } from "../../src/control-plane/kubernetes/api-object.ts";
import type { ApiServer, Query } from "../../src/control-plane/kubernetes/api-server.ts";
import { systemTimers, type Timers } from "../../src/control-plane/timers.ts";
import { Waiting } from "../support/waiting.ts";

export interface FollowerOptions {
  /** Default "/api/v1/configmaps". */
  readonly path?: string;
  readonly query?: Query;
  readonly timers?: Timers;
  readonly random?: () => number;
  readonly hold?: number;
  readonly streaming?: boolean;
}

/** What a test keeps of an object: who it is, and what it holds. */
export interface Held {
  readonly key: string;
  readonly uid: string;
  readonly data: unknown;
}

/** A list-watch of a test, and everything it ever knew. */
export class Follower {
  readonly #waiting = new Waiting();
  readonly watch: ListWatch<Held>;
  /** Each state it changed to, and how many lists and events had come by then. */
  readonly states: { readonly lists: number; readonly events: number; readonly values: readonly Held[] }[] = [];
  /** Objects that were read as if they were the next version of another. */
  readonly misled: string[] = [];
  /** "phase" or "phase: problem", each time one changed. */
  readonly told: string[] = [];
  /** How often an object was read. */
  reads = 0;

  constructor(api: ApiServer, options: FollowerOptions = {}) {
    this.watch = new ListWatch<Held>({
      api,
      name: "configmaps",
      path: "/api/v1/configmaps",
      timers: systemTimers,
      random: () => 0,
      hold: 0,
      streaming: true,
      ...options,
      read: (object, before) => {
        this.reads += 1;
        const read = held(object);
        if (before !== undefined && before.uid !== read.uid)
          this.misled.push(`${read.key} was taken for one that is gone`);
        return read;
      },
      onChange: () => {
        const { lists, events } = this.watch.status;
        this.states.push({ lists, events, values: this.watch.values() });
        this.#waiting.changed();
      },
      onStatus: ({ phase, problem }) => {
        this.told.push(problem === null ? phase : `${phase}: ${problem.kind}`);
        this.#waiting.changed();
      },
    });
    this.watch.start();
  }

  /** The objects' data by name, which most tests make the letter of a version. */
  get shown(): string {
    const rows = this.watch
      .values()
      .map(({ key, data }) => `${key.split("/")[1]}=${(data as { v?: string })?.v ?? ""}`);
    return rows.toSorted((a, b) => a.localeCompare(b)).join(" ");
  }

  /** Waits until the objects are so, as `shown` has them. */
  shows(expected: string): Promise<void> {
    return this.until(`the objects ${expected}`, () => this.shown === expected && this.watch.status.synced);
  }

  until(what: string, ready: () => boolean): Promise<void> {
    return this.#waiting.until(what, ready);
  }

  async close(): Promise<void> {
    await this.watch.close();
    this.#waiting.over(() => `the list-watch was closed; it had ${this.shown}, was ${this.told.join(", ")}`);
  }
}

export function held(object: ApiObject): Held {
  const { namespace, name, uid } = object.metadata;
  return { key: `${namespace ?? ""}/${name}`, uid: uid ?? "", data: object["data"] ?? object["spec"] };
}
