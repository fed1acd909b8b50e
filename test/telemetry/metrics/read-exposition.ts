/** A metric as the text format tells it. */
export interface ReadMetric {
  readonly type: string;
  readonly help: string;
  /** Labels in the order they are written, with the value. */
  readonly samples: {
    readonly name: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

const NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
const PAIR = `([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\\\\n]|\\\\[\\\\n"])*)"`;
const SAMPLE = new RegExp(
  `^(${NAME})(?:\\{(${PAIR}(?:,${PAIR})*)\\})? (-?\\d+(?:\\.\\d+)?(?:e[+-]\\d+)?|\\+Inf|-Inf|NaN)$`,
);
const SUFFIXES = ["", "_bucket", "_sum", "_count"];

/**
 * Reads the text format 0.0.4 as strictly as it can be read.
 * @throws {Error} on a line that is none, a sample outside of its metric, a metric or series told twice, a histogram that does not add up
 */
export function readExposition(text: string): ReadonlyMap<string, ReadMetric> {
  const metrics = new Map<string, ReadMetric>();
  if (text !== "" && !text.endsWith("\n")) throw new Error("the last line has no end");
  const seen = new Set<string>();
  let current = "";
  let help: string | null = null;
  for (const line of text.split("\n").slice(0, -1)) {
    const told = new RegExp(`^# HELP (${NAME}) ((?:[^\\\\]|\\\\\\\\|\\\\n)*)$`).exec(line);
    const typed = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram)$`).exec(line);
    if (told !== null) {
      if (help !== null || metrics.has(told[1] as string)) throw new Error(`told twice: ${line}`);
      current = told[1] as string;
      help = told[2] as string;
    } else if (typed !== null) {
      if (help === null || typed[1] !== current) throw new Error(`a type without its help: ${line}`);
      metrics.set(current, { type: typed[2] as string, help, samples: [] });
      help = null;
    } else {
      const metric = metrics.get(current);
      if (metric === undefined || help !== null) throw new Error(`a sample of no metric: ${line}`);
      if (seen.has(line.slice(0, line.lastIndexOf(" ")))) throw new Error(`told twice: ${line}`);
      seen.add(line.slice(0, line.lastIndexOf(" ")));
      metric.samples.push(readSample(line, current, metric.type));
    }
  }
  for (const [name, metric] of metrics) check(name, metric);
  return metrics;
}

/** The value of one sample. @throws {Error} when there is not exactly one */
export function valueOf(
  metrics: ReadonlyMap<string, ReadMetric>,
  name: string,
  labels: Readonly<Record<string, string>> = {},
): number {
  const metric = metrics.get(name) ?? metrics.get(name.replace(/_(?:bucket|sum|count)$/, ""));
  const found = (metric?.samples ?? []).filter(
    (sample) =>
      sample.name === name && Object.entries(labels).every(([label, value]) => sample.labels[label] === value),
  );
  if (found.length !== 1) throw new Error(`${found.length} samples of ${name} ${JSON.stringify(labels)}`);
  return (found[0] as { value: number }).value;
}

function readSample(line: string, metric: string, type: string): ReadMetric["samples"][number] {
  const found = SAMPLE.exec(line);
  if (found === null) throw new Error(`not a sample: ${line}`);
  const [, name = "", pairs = ""] = found;
  const suffixes = type === "histogram" ? SUFFIXES.slice(1) : SUFFIXES.slice(0, 1);
  if (!suffixes.some((suffix) => name === metric + suffix)) throw new Error(`not of ${metric}: ${line}`);
  const labels: Record<string, string> = {};
  for (const [, label = "", escaped = ""] of pairs.matchAll(new RegExp(PAIR, "g"))) {
    if (label in labels) throw new Error(`a label told twice: ${line}`);
    labels[label] = escaped.replace(/\\(.)/g, (_whole, character: string) => (character === "n" ? "\n" : character));
  }
  const value = (found.at(-1) as string).replace("Inf", "Infinity");
  return { name, labels, value: Number(value) };
}

/** Buckets are cumulative and end with +Inf, which is the count. */
function check(name: string, { type, samples }: ReadMetric): void {
  if (samples.length === 0) throw new Error(`${name} has no sample`);
  if (type !== "histogram") return;
  const series = new Map<string, { le: number; value: number }[]>();
  const counts = new Map<string, number>();
  for (const sample of samples) {
    const { le, ...rest } = sample.labels;
    const key = JSON.stringify(rest);
    if (sample.name === `${name}_bucket`) {
      const buckets = series.get(key) ?? [];
      buckets.push({ le: Number((le ?? "").replace("Inf", "Infinity")), value: sample.value });
      series.set(key, buckets);
    } else if (sample.name === `${name}_count`) counts.set(key, sample.value);
  }
  for (const [key, buckets] of series) {
    buckets.forEach(({ le, value }, i) => {
      const before = buckets[i - 1];
      if (before !== undefined && (before.le >= le || before.value > value)) throw new Error(`${name} ${key} falls`);
    });
    if (buckets.at(-1)?.le !== Infinity || buckets.at(-1)?.value !== counts.get(key)) throw new Error(`${name} ${key}`);
  }
  if (series.size !== counts.size) throw new Error(`${name}: ${series.size} series, ${counts.size} counts`);
}
