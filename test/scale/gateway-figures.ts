import type { Changes } from "./change-rate.ts";
import { type Figure, failedOf, memoryOf, mebibytes, percentiles, seconds, shares } from "./figures.ts";
import type { ScaleRun } from "./gateway-at-scale.ts";
import type { Held } from "./held-connections.ts";
import type { LoadCounts } from "./load.ts";
import type { Memory } from "./process-memory.ts";

/** Seconds. */
const LONG_ENOUGH = 10;

/** What was used by some moment. */
export interface Used {
  /** Milliseconds. */
  readonly at: number;
  readonly gateway: readonly Memory[];
  /** Seconds of a processor by the programs of the API server, where it is one. */
  readonly programs: Readonly<Record<string, number>>;
  readonly own: NodeJS.CpuUsage;
}

/** One run, as it was measured. Times are in milliseconds. */
export interface MeasuredGateway {
  readonly start: number;
  readonly atRest: readonly Memory[];
  readonly before: Used;
  readonly after: Used;
  /** When nothing but statuses has been written for a while; at once after `after` where none are waited for. */
  readonly end: Used;
  readonly changes: Changes;
  readonly counts: LoadCounts;
  readonly lost: Held;
  readonly reviews: readonly number[];
  readonly busyReviews: readonly number[];
}

/** The report of one run, line by line. */
export function gatewayFigures(measured: MeasuredGateway, { idle, long }: Pick<ScaleRun, "idle" | "long">): Figure[] {
  const { before, after, changes, counts, lost } = measured;
  const { probes, made, seconds: lasted } = changes;
  const passed = (after.at - before.at) / 1000;
  const programs = Object.keys(after.programs);
  return [
    { what: "start to ready", ...seconds(measured.start) },
    { what: "memory at rest: primary, each worker", ...memoryOf(measured.atRest) },
    { what: "memory after the changes", ...memoryOf(after.gateway) },
    { what: "the most they ever had", ...mebibytes(...after.gateway.map(({ peak }) => peak)) },
    {
      what: "processor meanwhile: primary, each worker",
      ...shares(
        after.gateway.map((one, at) => one.processor - (before.gateway[at]?.processor ?? 0)),
        passed,
      ),
    },
    {
      what: "processor of who measures, a fake API server included",
      ...shares([(after.own.user + after.own.system - before.own.user - before.own.system) / 1e6], passed),
    },
    ...(programs.length === 0
      ? []
      : [
          {
            what: `processor of ${programs.join(", ")}`,
            ...shares(
              programs.map((name) => (after.programs[name] ?? 0) - (before.programs[name] ?? 0)),
              passed,
            ),
          },
        ]),
    { what: "changes a second: routes, endpoints", ...perSecond([made.routes, made.endpoints], lasted) },
    ...(programs.length > 0
      ? [{ what: "a change sent until the API server has it", ...percentiles(changes.writes) }]
      : []),
    { what: "route changed until the first request by it", ...percentiles(probes.first.route) },
    { what: "endpoints changed until the first request by it", ...percentiles(probes.first.endpoint) },
    { what: "either until all connections are served by it", ...percentiles(probes.everywhere) },
    { what: "changes followed", figure: String(probes.everywhere.length), values: probes.everywhere.length },
    { what: "latency of requests meanwhile", ...percentiles(counts.times) },
    {
      what: "requests failed",
      ...failedOf(counts.failed + probes.failed, counts.requests + probes.requests, counts.first ?? probes.problem),
    },
    keptConnections(lost, idle, long),
    { what: "the webhook's answer at rest", ...percentiles(measured.reviews) },
    { what: "the webhook's answer under the changes", ...percentiles(measured.busyReviews) },
    ...afterwards(measured),
  ];
}

/** What the leader's writing alone takes. */
function afterwards({ after, end }: MeasuredGateway): Figure[] {
  const passed = (end.at - after.at) / 1000;
  if (passed < LONG_ENOUGH) return [];
  const of = ({ gateway, programs }: Used): number[] => [gateway[0]?.processor ?? 0, ...Object.values(programs)];
  const from = of(after);
  return [
    {
      what: `processor while statuses alone are written: primary, ${Object.keys(end.programs).join(", ")}`,
      ...shares(
        of(end).map((one, at) => one - (from[at] ?? 0)),
        passed,
      ),
    },
  ];
}

/** The same line of all that are measured. */
export function keptConnections({ idleClosed, longCut }: Held, idle: number, long: number): Figure {
  const figure = `${idleClosed} of ${idle}, ${longCut} of ${long}`;
  return { what: "kept connections closed, long responses cut", figure, values: { idleClosed, longCut } };
}

function perSecond(made: readonly number[], lasted: number): Omit<Figure, "what"> {
  const values = made.map((one) => one / lasted);
  return { figure: values.map((value) => value.toFixed(0)).join(", "), values };
}
