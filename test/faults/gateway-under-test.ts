import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { DrainTimes } from "../../src/data-plane/drain.ts";
import type { MiddlewareSettings } from "../../src/snapshot/route.ts";
import type { SnapshotFragment } from "../../src/snapshot/snapshot.ts";
import type { CertificatePair } from "../../src/snapshot/pair.ts";

/** What the process uses at a moment, and what has gone wrong in it so far. */
export interface Sample {
  /** Bytes of resident memory, and of what is still in use, after a garbage collection. */
  readonly memory: number;
  readonly kept: number;
  readonly files: number;
  /** Seconds of processor used so far. */
  readonly cpu: number;
  readonly connections: number;
  /** Requests that upstreams work on, and connections to them without one. */
  readonly active: number;
  readonly idle: number;
  readonly ejected: number;
  /** Of the last ten seconds. */
  readonly retries: number;
  /** Milliseconds the event loop was late, 99th percentile since the last sample. */
  readonly loop: number;
  readonly failures: Readonly<Record<string, number>>;
  /** Errors that nobody caught. */
  readonly problems: readonly string[];
}

export type Order =
  | { readonly kind: "apply"; readonly fragment: SnapshotFragment }
  | { readonly kind: "sample" }
  | { readonly kind: "drain"; readonly times: number | DrainTimes };

/** Where a route of the test leads: `127.0.0.1` unless an address is given. */
export interface Target {
  readonly host: string;
  readonly endpoints: readonly { readonly address?: string; readonly port: number }[];
  /** In the place of endpoints: a name, and a port. */
  readonly dns?: { readonly name: string; readonly port: number };
  readonly protocol?: "http" | "https";
  readonly middleware?: readonly MiddlewareSettings[];
}

/** Also reached from networks that a test makes. */
const ANY = "0.0.0.0";

/** A data plane in a process of its own, so that what it uses can be told from what the test uses. */
export class GatewayUnderTest {
  readonly http: number;
  readonly https: number;
  readonly #child: ChildProcess;

  /** @param limits `files`: how many it may have open, sockets included; `inside`: what the command begins with */
  static async start(
    pair: CertificatePair,
    host = ANY,
    limits: { files?: number; inside?: readonly string[] } = {},
  ): Promise<GatewayUnderTest> {
    const script = new URL("gateway-process.ts", import.meta.url).pathname;
    const node = [process.execPath, "--expose-gc", script, JSON.stringify(pair), host];
    const shell = ["sh", "-c", `ulimit -n ${limits.files ?? "$(ulimit -Hn)"}; exec "$@"`, "sh", ...node];
    const [program = "", ...rest] = [...(limits.inside ?? []), ...shell];
    const child = spawn(program, rest, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const [ports] = (await once(child, "message")) as [{ http: number; https: number }];
    return new GatewayUnderTest(child, ports);
  }

  constructor(child: ChildProcess, { http, https }: { http: number; https: number }) {
    this.#child = child;
    this.http = http;
    this.https = https;
  }

  route(targets: readonly Target[]): void {
    this.#order({ kind: "apply", fragment: fragmentOf(targets) });
  }

  async sample(): Promise<Sample> {
    this.#order({ kind: "sample" });
    const [sample] = (await once(this.#child, "message")) as [Sample];
    return sample;
  }

  /** Resolves when everything is closed. */
  async drain(times: number | DrainTimes): Promise<void> {
    this.#order({ kind: "drain", times });
    await once(this.#child, "message");
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, "exit");
    this.#child.disconnect();
    await ended;
  }

  #order(order: Order): void {
    this.#child.send(order);
  }
}

/** Each host leads to its endpoints. */
export function fragmentOf(targets: readonly Target[]): SnapshotFragment {
  const origin = { kind: "Ingress", namespace: "faults", name: "app" };
  return {
    virtualHosts: targets.map(({ host, middleware = [] }) => ({
      host,
      routes: [
        {
          name: host,
          origin,
          match: { kind: "prefix", path: "/" },
          middleware,
          action: { kind: "forward", upstream: host },
        },
      ],
    })),
    upstreams: targets.map(({ host, endpoints, dns, protocol }) => ({
      name: host,
      origin,
      protocol: protocol ?? "http",
      addressing:
        dns === undefined
          ? {
              kind: "endpoints",
              endpoints: endpoints.map(({ address, port }) => ({ address: address ?? "127.0.0.1", port })),
            }
          : { kind: "dns", ...dns },
      balancing: { kind: "round-robin" },
    })),
    certificates: [],
  };
}
