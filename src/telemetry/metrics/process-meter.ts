import { monitorEventLoopDelay } from "node:perf_hooks";

/** What a process measures of itself. Seconds and bytes. */
export interface ProcessMeasures {
  /** Of the system and of the program, since the last time. */
  readonly cpu: number;
  readonly resident: number;
  readonly heap: number;
  /** Since 1970. */
  readonly startedAt: number;
  /** How late the event loop was since the last time: half of the looks, 99 of 100, the latest. */
  readonly delay: { readonly half: number; readonly most: number; readonly latest: number };
}

/** Milliseconds between two looks at the event loop; a look that comes on time counts as no delay. */
const RESOLUTION = 20;

/** Measures the process it lives in. */
export class ProcessMeter {
  readonly #delay = monitorEventLoopDelay({ resolution: RESOLUTION });
  #cpu = 0;

  constructor() {
    this.#delay.enable();
  }

  take(): ProcessMeasures {
    const { user, system } = process.cpuUsage();
    const cpu = (user + system) / 1e6;
    const since = cpu - this.#cpu;
    this.#cpu = cpu;
    const { rss: resident, heapUsed: heap } = process.memoryUsage();
    const delay = {
      half: late(this.#delay.percentile(50)),
      most: late(this.#delay.percentile(99)),
      latest: late(this.#delay.max),
    };
    this.#delay.reset();
    return { cpu: since, resident, heap, startedAt: performance.timeOrigin / 1000, delay };
  }

  close(): void {
    this.#delay.disable();
  }
}

/** @param nanoseconds between two looks */
function late(nanoseconds: number): number {
  return Math.max(0, nanoseconds / 1e9 - RESOLUTION / 1000);
}
