import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { processTree } from "../cpu-time.ts";
import type { Peer, Setting, StartedPeer } from "../peers/peer.ts";
import type { TestBed } from "../test-bed.ts";
import { holdConnections } from "./hold-connections.ts";

/** One kind of thing that is held in memory. */
export interface MemoryScenario {
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly admits: (peer: Peer) => boolean;
  /** @returns KiB for each */
  readonly measure: (bed: TestBed, peer: Peer, setting: Setting) => Promise<number>;
}

/** Twice as many are open in the end: fewer than any peer is set to take. */
const IDLE = 4_000;
const ROUTES = 10_000;
const CERTIFICATES = 5_000;
/** Milliseconds in which collectors of garbage find that there is nothing else to do. */
const REST = 6_000;

export const MEMORY: readonly MemoryScenario[] = [
  {
    name: "idle",
    title: `Memory of an idle connection, of ${IDLE} that made a request each`,
    unit: "connection",
    admits: () => true,
    async measure(bed, peer, setting) {
      const started = await peer.start(bed, setting);
      // What a process takes once, for its first connections, is none of theirs.
      const first = await holdConnections(bed, started.port, IDLE);
      await wait(REST);
      const before = await memoryOf(started);
      const second = await holdConnections(bed, started.port, IDLE);
      await wait(REST);
      const grown = (await memoryOf(started)) - before;
      for (const child of [first, second, started.child]) await bed.stop(child);
      return grown / IDLE;
    },
  },
  {
    name: "route-memory",
    title: `Memory of a route, of ${ROUTES} on 200 hosts`,
    unit: "route",
    admits: ({ name }) => name === "ts-ingress",
    measure: (bed, peer, setting) => difference(bed, peer, setting, { hosts: ROUTES / 50, pathsPerHost: 50 }, ROUTES),
  },
  {
    name: "certificate-memory",
    title: `Memory of a certificate, of ${CERTIFICATES}, without the context that TLS needs (about 30 KiB, for the 1,000 last used)`,
    unit: "certificate",
    admits: ({ name }) => name === "ts-ingress",
    measure: (bed, peer, setting) => difference(bed, peer, setting, { certificates: CERTIFICATES }, CERTIFICATES),
  },
];

/** What a peer needs more with a setting than without, in KiB for each of `count`. */
async function difference(
  bed: TestBed,
  peer: Peer,
  setting: Setting,
  more: Partial<Setting>,
  count: number,
): Promise<number> {
  const sizes: number[] = [];
  for (const each of [setting, { ...setting, ...more }]) {
    const started = await peer.start(bed, each);
    await wait(REST);
    sizes.push(await memoryOf(started));
    await bed.stop(started.child);
  }
  const [without = 0, withIt = 0] = sizes;
  return (withIt - without) / count;
}

/** KiB that a process and its descendants have for themselves: pages shared with others are shared out (proc(5), Pss). */
async function memoryOf({ child }: StartedPeer): Promise<number> {
  const sizes = await Promise.all(
    (await processTree(child.pid)).map(async (pid) => {
      const text = await readFile(`/proc/${pid}/smaps_rollup`, "utf8");
      return Number(/^Pss: +(\d+) kB/mu.exec(text)?.[1] ?? 0);
    }),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
