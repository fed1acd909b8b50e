import { setTimeout as delay } from "node:timers/promises";
import type { ApiWriter } from "./api-writer.ts";
import { type Figure, count, duration } from "./figures.ts";
import { requestCount } from "./request-counts.ts";

/** What the leader has asked of the API server by some moment. */
interface Moment {
  readonly at: number;
  readonly statuses: number;
  readonly events: number;
}

/** Milliseconds: the metrics of an API server are some megabytes. */
const LOOK = 5000;

/** What the leader writes, by the API server's own count: nobody else patches a status, or writes Events. */
export class WrittenStatuses {
  readonly #writer: ApiWriter;
  readonly #ingresses: number;
  readonly #moments: Moment[] = [];

  constructor(writer: ApiWriter, ingresses: number) {
    this.#writer = writer;
    this.#ingresses = ingresses;
  }

  /** Remembers what was written by now. */
  async look(): Promise<Moment> {
    const metrics = await this.#writer.read("/metrics");
    const of = (verb: string, resource: string, subresource = ""): number =>
      requestCount(metrics, { verb, resource, subresource });
    const moment = {
      at: performance.now(),
      statuses: of("PATCH", "ingresses", "status"),
      events: of("POST", "events") + of("GET", "events") + of("PATCH", "events"),
    };
    this.#moments.push(moment);
    return moment;
  }

  /** Resolves when every Ingress has its status, or when that took too long. @param limit milliseconds from now */
  async all(limit: number, say: (line: string) => void): Promise<void> {
    const end = performance.now() + limit;
    for (let lines = 0; performance.now() < end; lines += 1) {
      const { statuses } = await this.look();
      if (lines % 6 === 0) say(`${count(statuses)} of ${count(this.#ingresses)} statuses written`);
      if (statuses >= this.#ingresses) return;
      await delay(LOOK);
    }
  }

  /** How many Ingresses say where they are reached, as the API server lists them. */
  async published(): Promise<number> {
    const list = await this.#writer.read("/apis/networking.k8s.io/v1/ingresses");
    const { items } = JSON.parse(list) as { items: { status?: { loadBalancer?: { ingress?: unknown[] } } }[] };
    return items.filter(({ status }) => (status?.loadBalancer?.ingress ?? []).length > 0).length;
  }

  /** The moments are: ready, changes begin, changes end, and what `all` saw. */
  async figures(): Promise<Figure[]> {
    const [ready, from, to] = this.#moments as [Moment, Moment, Moment];
    const last = this.#moments.at(-1) ?? to;
    const published = await this.published();
    const took = last.at - ready.at;
    const open = published === this.#ingresses ? "" : `, all in ${duration((took * this.#ingresses) / last.statuses)}`;
    const meanwhile = to.events - from.events;
    return [
      {
        what: "statuses written",
        figure: `${count(published)} of ${count(this.#ingresses)} in ${duration(took)}${open}`,
        values: { published, of: this.#ingresses, seconds: took / 1000 },
      },
      { what: "requests for statuses", figure: count(last.statuses), values: last.statuses },
      {
        what: "statuses written a second: at rest, under the changes",
        ...rates(this.#rate(ready, from), this.#rate(from, to)),
      },
      {
        what: "requests for Events: at rest, under the changes",
        figure: `${count(from.events)}, ${count(meanwhile)} (${((1000 * meanwhile) / (to.at - from.at)).toFixed(0)} a second)`,
        values: { atRest: from.events, meanwhile, all: last.events },
      },
    ];
  }

  #rate(from: Moment, to: Moment): number {
    return (1000 * (to.statuses - from.statuses)) / Math.max(1, to.at - from.at);
  }
}

function rates(...values: readonly number[]): Omit<Figure, "what"> {
  return { figure: values.map((value) => value.toFixed(1)).join(", "), values };
}
