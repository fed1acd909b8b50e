import type { Family, Series } from "./family.ts";

/** Prometheus' text format 0.0.4: what `Content-Type` says. */
export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** Series written in one piece: below a millisecond of work. */
const PIECE = 100;

/**
 * The text of some metrics, in pieces, so that whoever writes it can do something else in between. A metric without series is left out.
 * @param identity labels of metrics that are `identified`, with their values
 */
export function* exposition(
  families: readonly Family[],
  identity: Readonly<Record<string, string>>,
): Generator<string, void> {
  for (const family of families) {
    const { name, definition } = family;
    const { series } = family;
    if (series.length === 0) continue;
    const fixed = definition.identified === true ? labelPairs(Object.keys(identity), Object.values(identity)) : [];
    let text = `# HELP ${name} ${escapeHelp(definition.help)}\n# TYPE ${name} ${definition.type}\n`;
    for (let at = 0; at < series.length; at += PIECE) {
      for (const one of series.slice(at, at + PIECE)) text += seriesText(family, one, fixed);
      yield text;
      text = "";
    }
  }
}

function seriesText(
  { name, definition, bounds }: Family,
  { labels, numbers }: Series,
  fixed: readonly string[],
): string {
  const pairs = [...fixed, ...labelPairs(definition.labels, labels)];
  if (definition.type !== "histogram") return `${name}${braced(pairs)} ${numberText(numbers[0] as number)}\n`;
  const [count = 0, sum = 0, ...buckets] = numbers;
  const before = pairs.length === 0 ? "" : `${pairs.join(",")},`;
  let text = "";
  let below = 0;
  bounds.forEach((bound, i) => {
    below += buckets[i] as number;
    text += `${name}_bucket{${before}le="${goNumber(bound)}"} ${below}\n`;
  });
  const whole = braced(pairs);
  return (
    text +
    `${name}_bucket{${before}le="+Inf"} ${count}\n` +
    `${name}_sum${whole} ${numberText(sum)}\n` +
    `${name}_count${whole} ${count}\n`
  );
}

function labelPairs(names: readonly string[], values: readonly string[]): string[] {
  return names.map((name, i) => `${name}="${escapeValue(values[i] ?? "")}"`);
}

function braced(pairs: readonly string[]): string {
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escapeValue(text: string): string {
  return text.replace(/[\\"\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));
}

function escapeHelp(text: string): string {
  return text.replace(/[\\\n]/g, (character) => (character === "\n" ? "\\n" : "\\\\"));
}

function numberText(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? "NaN" : value > 0 ? "+Inf" : "-Inf";
}

/** As Go writes it, since rules and dashboards compare the text of `le`: 1e+06 where we would say 1000000. */
export function goNumber(value: number): string {
  const [digits = "", power = "0"] = value.toExponential().split("e");
  const exponent = Number(power);
  if (exponent >= -4 && exponent < 6) return String(value);
  return `${digits}e${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;
}
