import { parseArgs } from "node:util";

export const PARTS = ["fake", "nginx", "real"] as const;
export type Part = (typeof PARTS)[number];

export interface Flags {
  readonly only: readonly Part[];
  readonly ingresses: readonly number[];
  readonly realIngresses: number;
  readonly routes: number;
  readonly changes: number;
  readonly seconds: number;
  readonly rate: number;
  /** Minutes. */
  readonly statuses: number;
  readonly docs: boolean;
  readonly profiles: string | null;
}

export const USAGE = `npm run test:scale -- [options]
  --only LIST         of fake (ts-ingress on the fake API server), nginx, and real (ts-ingress on kube-apiserver and etcd);
                      default fake,nginx
  --ingresses LIST    sizes, with as many Services, five times as many endpoints, half as many certificates; default 2500,10000
  --real-ingresses N  the one size on the real API server (default the largest of these)
  --routes N          changes of Ingresses a second (default 100)
  --changes N         changes of EndpointSlices a second (default 1000); a real API server takes fewer, which is printed
  --seconds N         of changes (default 20)
  --rate N            requests a second (default 400), and one over TLS for each twenty
  --statuses MINUTES  on the real API server, wait so long for all statuses to be written (default 0)
  --docs              write the tables into docs/scale.md
  --cpu-prof DIR      CPU profiles of the gateway's processes
Tables and numbers go to bench/results/scale.md and scale.json.`;

/** @returns null where help is asked for @throws {RangeError} for what cannot be measured, and what parseArgs throws */
export function parseFlags(args: readonly string[]): Flags | null {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: "string", default: "fake,nginx" },
      ingresses: { type: "string", default: "2500,10000" },
      "real-ingresses": { type: "string" },
      routes: { type: "string", default: "100" },
      changes: { type: "string", default: "1000" },
      seconds: { type: "string", default: "20" },
      rate: { type: "string", default: "400" },
      statuses: { type: "string", default: "0" },
      docs: { type: "boolean", default: false },
      "cpu-prof": { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help === true) return null;
  const ingresses = values.ingresses.split(",").map((one) => number("ingresses", one, 100));
  return {
    only: values.only.split(",").map(part),
    ingresses,
    realIngresses: number("real-ingresses", values["real-ingresses"] ?? Math.max(...ingresses), 100),
    routes: number("routes", values.routes),
    changes: number("changes", values.changes),
    seconds: number("seconds", values.seconds, 1),
    rate: number("rate", values.rate, 1),
    statuses: number("statuses", values.statuses),
    docs: values.docs,
    profiles: values["cpu-prof"] ?? null,
  };
}

function part(text: string): Part {
  const found = PARTS.find((one) => one === text);
  if (found === undefined) throw new RangeError(`--only: "${text}" is none of ${PARTS.join(", ")}`);
  return found;
}

function number(flag: string, value: string | number, least = 0): number {
  const read = Number(value);
  if (!(read >= least)) throw new RangeError(`--${flag}: "${value}" is no number from ${least} on`);
  return read;
}
