import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as delay } from "node:timers/promises";
import selfsigned from "selfsigned";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import { Endpoint } from "./endpoint.ts";
import { GatewayUnderTest, type Sample } from "./gateway-under-test.ts";
import { type LoadResult, SteadyLoad } from "./steady-load.ts";

/** The host that leads to the three endpoints of a bed. */
export const HOST = "app.faults.example";

/** Something a fault must not do, and whether it did. */
export interface Finding {
  readonly what: string;
  readonly figure: string;
  readonly holds: boolean;
}

interface Named {
  /** "F1" … as the plan names it. */
  readonly name: string;
  readonly title: string;
  /** Why it cannot run on this machine; null where it can. */
  readonly missing?: () => string | null;
}

/** Something that goes wrong around the gateway of a bed, whose quiescence is looked at in the end. */
export interface Fault extends Named {
  readonly run: (bed: Bed) => Promise<Finding[]>;
}

/** One that brings programs of its own, and looks at them itself. */
export interface FaultAlone extends Named {
  readonly alone: () => Promise<Finding[]>;
}

/** A gateway in a process of its own before three endpoints, warmed up. */
export class Bed {
  readonly gateway: GatewayUnderTest;
  readonly endpoints: readonly [Endpoint, Endpoint, Endpoint];
  readonly pair: CertificatePair;
  #baseline: Sample | null = null;
  readonly #loop = monitorEventLoopDelay({ resolution: 10 });

  static async open(): Promise<Bed> {
    const made = await selfsigned.generate([{ name: "commonName", value: HOST }], {
      keyType: "ec",
      algorithm: "sha256",
      extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: HOST }] }],
    });
    const pair = { chain: made.cert, privateKey: made.private };
    const endpoints = [await Endpoint.start(), await Endpoint.start(), await Endpoint.start()] as const;
    const bed = new Bed(await GatewayUnderTest.start(pair), [...endpoints], pair);
    bed.route();
    await bed.load().during(1_500);
    bed.#baseline = await bed.settled();
    return bed;
  }

  constructor(gateway: GatewayUnderTest, endpoints: [Endpoint, Endpoint, Endpoint], pair: CertificatePair) {
    this.gateway = gateway;
    this.endpoints = endpoints;
    this.pair = pair;
    this.#loop.enable();
  }

  /** Leads the host to these endpoints, by default to all three. */
  route(endpoints: readonly { readonly address?: string; readonly port: number }[] = this.endpoints): void {
    const plain = endpoints.map(({ address, port }) => (address === undefined ? { port } : { address, port }));
    this.gateway.route([{ host: HOST, endpoints: plain }]);
  }

  load(methods?: readonly ("GET" | "POST")[]): SteadyLoad {
    return new SteadyLoad(this.gateway, HOST, methods);
  }

  /** Waits until nothing is open but idle connections to upstreams, 30 seconds at most. */
  async settled(): Promise<Sample> {
    const end = performance.now() + 30_000;
    for (;;) {
      const sample = await this.gateway.sample();
      if ((sample.connections === 0 && sample.active === 0) || performance.now() > end) {
        // The first sample holds what the fault left; this one a second of rest.
        await delay(1_000);
        return this.gateway.sample();
      }
      await delay(250);
    }
  }

  /** What must hold after every fault. */
  async quiescence(): Promise<Finding[]> {
    for (const endpoint of this.endpoints) endpoint.misbehaviour = null;
    this.#loop.reset();
    const now = await this.settled();
    const ours = this.#loop.percentile(99) / 1e6;
    const before = this.#baseline as Sample;
    const files = now.files - now.idle - (before.files - before.idle);
    const kept = now.kept - before.kept;
    const memory = now.memory - before.memory;
    const after = await this.load().during(500);
    return [
      finding("requests under way", now.active, 0),
      finding("connections of clients", now.connections, 0),
      finding("files more than before", files, 2),
      { what: "memory in use", figure: `${megabytes(kept)} more`, holds: kept <= before.kept / 10 + 2e6 },
      // V8 keeps what it once took for young objects, 48 MB, for the next time, and the allocator some of what was freed.
      { what: "resident memory", figure: `${megabytes(memory)} more`, holds: memory <= before.memory / 10 + 96e6 },
      // A machine that is busy with other things is late everywhere.
      {
        what: "event loop p99",
        figure: `${now.loop.toFixed(1)} ms, here ${ours.toFixed(1)} ms`,
        holds: now.loop < 20 + 2 * ours,
      },
      { what: "clean requests afterwards", figure: describe(after), holds: after.right === after.requests },
      { what: "errors nobody caught", figure: now.problems.join("; ") || "none", holds: now.problems.length === 0 },
    ];
  }

  async close(): Promise<void> {
    this.#loop.disable();
    await this.gateway.stop();
    for (const endpoint of this.endpoints) await endpoint.close().catch(() => {});
  }
}

/** A count that must not be above `most`. */
export function finding(what: string, count: number, most: number): Finding {
  return { what, figure: String(Math.round(count * 1000) / 1000), holds: count <= most };
}

/** That every request of a load was answered as it should be. */
export function allRight(what: string, result: LoadResult): Finding {
  return { what, figure: describe(result), holds: result.right === result.requests };
}

export function describe({ requests, right, wrong, corrupt }: LoadResult): string {
  const others = [...wrong].map(([kind, count]) => `${count} × ${kind}`);
  return [`${right} of ${requests} right`, ...(corrupt > 0 ? [`${corrupt} corrupt`] : []), ...others].join(", ");
}

export function percentile(times: readonly number[], share: number): number {
  return times.toSorted((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
