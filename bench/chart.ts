import { cpuRatio, figuresOf } from "./figures.ts";
import type { Measured, ScenarioResult } from "./measured.ts";

const WIDTH = 840;
const LABELS = 130;
const VALUES = 70;
const BAR = 18;
const GAP = 34;
/** Times nginx's processor time at which a bar ends; longer ones are cut, and say how long they are. */
const LONGEST = 8;

/**
 * A picture of what each scenario costs each peer, as a multiple of what it costs nginx, in SVG: for light and dark pages alike.
 * Scenarios without nginx are left out.
 */
export function chart({ scenarios }: Measured): string {
  const room = WIDTH - LABELS - VALUES;
  const parts: string[] = [];
  let top = 58;
  for (const scenario of scenarios) {
    const bars = barsOf(scenario);
    if (bars.length === 0) continue;
    parts.push(`<text x="0" y="${top}" class="title">${escape(scenario.title)}</text>`);
    top += 10;
    for (const { name, ratio } of bars) {
      const length = Math.max(2, (Math.min(ratio, LONGEST) / LONGEST) * room);
      const own = name.startsWith("ts-ingress") ? " own" : "";
      const value = `${ratio.toFixed(2)}${ratio > LONGEST ? " →" : ""}`;
      parts.push(
        `<text x="${LABELS - 8}" y="${top + 13}" text-anchor="end" class="name${own}">${escape(name)}</text>`,
        `<rect x="${LABELS}" y="${top}" width="${length.toFixed(1)}" height="${BAR - 3}" class="bar${own}"/>`,
        `<text x="${(LABELS + length + 8).toFixed(1)}" y="${top + 13}">${value}</text>`,
      );
      top += BAR;
    }
    top += GAP;
  }
  const one = LABELS + room / LONGEST;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" font-family="system-ui, sans-serif" font-size="14">
<style>
  text { fill: #333 } .title { font-weight: 600; font-size: 15px } .own { font-weight: 600 }
  .bar { fill: #9aa7b5 } .bar.own { fill: #2f74c0 } line { stroke: #333; stroke-dasharray: 3 3; opacity: .6 }
  @media (prefers-color-scheme: dark) { text { fill: #ddd } .bar { fill: #6b7886 } .bar.own { fill: #6aa9ee } line { stroke: #ddd } }
</style>
<text x="0" y="20" class="title">Processor time for the same work, nginx = 1 (less is better)</text>
<line x1="${one}" x2="${one}" y1="34" y2="${top - GAP}"/>
${parts.join("\n")}
</svg>
`;
}

function barsOf({ peers }: ScenarioResult): { readonly name: string; readonly ratio: number }[] {
  const nginx = peers.find(({ name }) => name === "nginx");
  if (nginx === undefined || nginx.rounds.length === 0) return [];
  const baseline = figuresOf(nginx.rounds);
  return peers.flatMap(({ name, rounds }) => {
    const ratio = rounds.length === 0 ? null : cpuRatio(figuresOf(rounds), baseline);
    return ratio === null ? [] : [{ name, ratio }];
  });
}

function escape(text: string): string {
  return text.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`);
}
