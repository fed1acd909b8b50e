import type { MetricDefinition } from "./definition.ts";

/** The numbers of one metric under one set of labels. */
export interface Series {
  /** Values of the labels, in the order of the definition. */
  readonly labels: readonly string[];
  /** Of a counter or gauge: one. Of a histogram: how many values, their sum, how many in each bucket, how many in none; not cumulative. */
  readonly numbers: Float64Array;
}

/** What was counted in one process, as plain data: two lists for all series, which cost a third of what as many objects do. */
export interface Counts {
  /** Of each series, the values of its labels. */
  readonly keys: readonly string[];
  /** Those of one series after those of another, in that order. */
  readonly numbers: Float64Array;
}

/** Between the values of labels in a key. */
const BETWEEN = "\0";

/** What a series is called for which there was no room. */
const OTHER = "other";
/** Kept apart even there, so that the share of errors stays right. */
const KEPT = "status";

const SUM = 1;
const BUCKETS = 2;

/** All series of one metric. */
export class Family {
  readonly name: string;
  readonly definition: MetricDefinition;
  /** Upper bounds of a histogram's buckets; none for the others. */
  readonly bounds: readonly number[];
  readonly #most: number;
  readonly #size: number;
  #series = new Map<string, Series>();
  /** Times that there was no room, since this was last set to 0. */
  folded = 0;

  /** @param most series that are kept apart; those beyond are one, called "other" */
  constructor(name: string, definition: MetricDefinition, bounds: readonly number[], most: number) {
    this.name = name;
    this.definition = definition;
    this.bounds = bounds;
    this.#most = most;
    this.#size = definition.type === "histogram" ? BUCKETS + bounds.length + 1 : 1;
  }

  get series(): readonly Series[] {
    return [...this.#series.values()];
  }

  /** The series of these label values; a new one where there is none yet. Builds a text: to be asked once, and its answer kept. */
  at(labels: readonly string[]): Series {
    const key = labels.join(BETWEEN);
    return this.#series.get(key) ?? this.#new(key, labels);
  }

  #new(key: string, labels: readonly string[]): Series {
    if (this.#series.size < this.#most) return this.#make(key, labels);
    this.folded += 1;
    const folded = this.definition.labels.map((name, i) => (name === KEPT ? (labels[i] as string) : OTHER));
    const foldedKey = folded.join(BETWEEN);
    return this.#series.get(foldedKey) ?? this.#make(foldedKey, folded);
  }

  /** Sets a gauge, or a counter to what somebody else counted. */
  set(labels: readonly string[], value: number): void {
    this.at(labels).numbers[0] = value;
  }

  add(labels: readonly string[], value = 1): void {
    increase(this.at(labels).numbers, value);
  }

  observe(labels: readonly string[], value: number): void {
    observe(this.at(labels).numbers, this.bounds, value);
  }

  /** Adds what was counted elsewhere. */
  merge({ keys, numbers: counted }: Counts): void {
    let from = 0;
    for (const key of keys) {
      const { numbers } = this.#series.get(key) ?? this.#new(key, this.#labelsOf(key));
      for (let i = 0; i < numbers.length; i++) numbers[i] = (numbers[i] as number) + (counted[from + i] ?? 0);
      from += numbers.length;
    }
  }

  /** Hands over what all series counted, but for those that counted nothing, and begins anew. Who kept a series asks for another. */
  take(): Counts {
    const taken = [...this.#series].filter(([, { numbers }]) => numbers[0] !== 0);
    this.#series = new Map();
    const numbers = new Float64Array(taken.length * this.#size);
    for (const [at, [, series]] of taken.entries()) numbers.set(series.numbers, at * this.#size);
    return { keys: taken.map(([key]) => key), numbers };
  }

  /** How much all series of these counts began with: of counters their values, of histograms how many. */
  total({ keys, numbers }: Counts): number {
    return keys.reduce((all, _key, at) => all + (numbers[at * this.#size] ?? 0), 0);
  }

  /** Forgets the series for which `gone` holds. */
  forget(gone: (labels: readonly string[]) => boolean): void {
    for (const [key, { labels }] of this.#series) if (gone(labels)) this.#series.delete(key);
  }

  #labelsOf(key: string): readonly string[] {
    return this.definition.labels.length === 0 ? [] : key.split(BETWEEN);
  }

  #make(key: string, labels: readonly string[]): Series {
    const series = { labels, numbers: new Float64Array(this.#size) };
    this.#series.set(key, series);
    return series;
  }
}

/** Adds to a counter. */
export function increase(numbers: Float64Array, by: number): void {
  numbers[0] = (numbers[0] as number) + by;
}

/** Puts a value into a histogram. Small ones, which are the most, cost the least. */
export function observe(numbers: Float64Array, bounds: readonly number[], value: number): void {
  numbers[0] = (numbers[0] as number) + 1;
  numbers[SUM] = (numbers[SUM] as number) + value;
  let at = 0;
  while (at < bounds.length && value > (bounds[at] as number)) at += 1;
  numbers[BUCKETS + at] = (numbers[BUCKETS + at] as number) + 1;
}
