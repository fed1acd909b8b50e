import type { Setting } from "./setting.ts";

// The longest a Node timer can wait: 2^31 - 1 ms.
const LONGEST = 2_147_483;

type Said = Pick<Setting<unknown>, "name" | "docs">;

export function wholeNumber(said: Said, least: number, most = 1_000_000): Setting<number | null> {
  return {
    ...said,
    fallback: null,
    expected: `a whole number from ${least} to ${most}`,
    parse: (text) => {
      const number = /^\d{1,9}$/.test(text) ? Number(text) : -1;
      return number >= least && number <= most ? number : null;
    },
  };
}

/** In seconds. */
export function wholeSeconds(said: Said, least = 1): Setting<number | null> {
  return {
    ...wholeNumber(said, least, LONGEST),
    expected: `a whole number of seconds, at least ${least}, without unit`,
  };
}

const UNITS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

/** In milliseconds, written as nginx does: "600s", "10m", "1h 30m"; a number alone is seconds. */
export function span(said: Said): Setting<number | null> {
  return { ...said, fallback: null, expected: "a time such as 600s, 10m or 1h 30m", parse: parseSpan };
}

function parseSpan(text: string): number | null {
  const parts = [...text.matchAll(/(\d{1,9})(ms|[smhdw])?\s*/g)];
  if (parts.length === 0 || parts.map(([whole]) => whole).join("") !== text) return null;
  const milliseconds = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (UNITS[unit ?? "s"] ?? 0), 0);
  return milliseconds > 0 && milliseconds <= LONGEST * 1000 ? milliseconds : null;
}
