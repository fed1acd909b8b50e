import type { Finding } from "./bed.ts";

/** Faults that are tried elsewhere, and where; or that do not apply, and why. Those of this campaign speak for themselves. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  F13: "test/end-to-end/verified-upstream.test.ts, https-upstream.test.ts",
  F14: "test/end-to-end/http2-upstream-faults.test.ts",
  F27: "test/conformance, npm run fuzz",
  F28: "test/end-to-end/http2-malformed.test.ts, http2-attacks.test.ts",
  F31: "test/end-to-end/sni-and-host.test.ts, client-certificates.test.ts",
  F44: "test/control-plane/kubernetes/list-watch.test.ts, test/cluster/end-to-end/api-server-restarted.test.ts, store-away.test.ts",
  F45: "test/control-plane/kubernetes/list-watch.test.ts, test/cluster/contracts",
  F46: "test/control-plane/kubernetes/list-watch.test.ts",
  F47: "test/control-plane/kubernetes/list-watch.test.ts, test/control-plane/sources/cluster.test.ts",
  F48: "test/control-plane/kubernetes/list-watch.test.ts, test/cluster/histories",
  F49: "test/control-plane/kubernetes/list-watch.test.ts",
  F50: "test/control-plane/sources/cluster.test.ts",
};

const FIRST = 1;
const LAST = 55;

/** A line for each fault of the plan. @param tried findings of this run by the name of the fault; null: left out, with the reason */
export function coverage(
  known: readonly string[],
  tried: ReadonlyMap<string, readonly Finding[]>,
  missing: ReadonlyMap<string, string>,
): string[] {
  const numbers = Array.from({ length: LAST - FIRST + 1 }, (_, index) => `F${FIRST + index}`);
  return numbers.map((name) => `${name.padEnd(4)} ${verdict(name, known, tried, missing)}`);
}

function verdict(
  name: string,
  known: readonly string[],
  tried: ReadonlyMap<string, readonly Finding[]>,
  missing: ReadonlyMap<string, string>,
): string {
  const findings = tried.get(name);
  if (findings !== undefined) {
    const broken = findings.filter(({ holds }) => !holds).map(({ what }) => what);
    return broken.length === 0 ? "holds" : `DOES NOT HOLD: ${broken.join(", ")}`;
  }
  const why = missing.get(name);
  if (why !== undefined) return `NOT COVERED: ${why}`;
  if (known.includes(name)) return "not tried in this run";
  return ELSEWHERE[name] === undefined ? "NOT COVERED by anything" : `tested in ${ELSEWHERE[name]}`;
}
