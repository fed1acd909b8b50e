import { cpuRatio, figuresOf, type Figures } from "./figures.ts";
import { median } from "./median.ts";
import type { Measured } from "./measured.ts";

/** A ratio of processor time, or an amount of memory, that must not be above a limit; the goal is what is worked towards. */
export interface Gate {
  readonly what: string;
  readonly limit: number;
  readonly goal?: number;
  /** null where something needed for it was not measured. */
  readonly measured: (run: Measured) => number | null;
}

export interface JudgedGate extends Omit<Gate, "measured"> {
  readonly measured: number | null;
  /** null where nothing was measured. */
  readonly holds: boolean | null;
}

const toNginx =
  (scenario: string) =>
  (run: Measured): number | null =>
    ratio(run, scenario, "nginx");

const GATES: readonly Gate[] = [
  { what: "plain GET, of nginx", limit: 1.2, goal: 1, measured: toNginx("get") },
  { what: "GET over TLS, of nginx", limit: 1.25, goal: 1, measured: toNginx("tls") },
  { what: "POST of 4 KiB, of nginx", limit: 1.3, goal: 1, measured: toNginx("post") },
  { what: "responses of 1 MiB, of nginx", limit: 1.3, goal: 1, measured: toNginx("bodies") },
  { what: "TLS handshakes, of nginx", limit: 1.8, goal: 1.3, measured: toNginx("handshakes") },
  { what: "HTTP/2, of nginx", limit: 1.6, goal: 1, measured: toNginx("http2") },
  { what: "plain GET, of http-proxy", limit: 0.3, measured: (run) => ratio(run, "get", "http-proxy") },
  { what: "plain GET, of Caddy", limit: 0.4, measured: (run) => ratio(run, "get", "caddy") },
  { what: "500,000 routes, of 10", limit: 1.2, measured: (run) => ratio(run, "routes", "ts-ingress, 10 routes") },
  {
    what: "KiB of an idle connection",
    limit: 6,
    goal: 4,
    measured({ memory }) {
      const idle = memory.find(({ name }) => name === "idle")?.peers.find(({ name }) => name === "ts-ingress");
      return idle === undefined || idle.each.length === 0 ? null : median(idle.each);
    },
  },
];

export function judge(run: Measured): JudgedGate[] {
  return GATES.map(({ measured, ...gate }) => {
    const value = measured(run);
    return { ...gate, measured: value, holds: value === null ? null : value <= gate.limit };
  });
}

function ratio({ scenarios }: Measured, scenario: string, of: string): number | null {
  const peers = scenarios.find((each) => each.name === scenario)?.peers ?? [];
  const figures = (wanted: string): Figures | undefined => {
    const rounds = peers.find((peer) => peer.name === wanted)?.rounds ?? [];
    return rounds.length === 0 ? undefined : figuresOf(rounds);
  };
  const own = figures("ts-ingress");
  return own === undefined ? null : cpuRatio(own, figures(of));
}
