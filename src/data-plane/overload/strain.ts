/** How much of each thing that can run out is used: 1 is all that may be used. */
export interface Strain {
  /** How late the event loop is, of what it may be late. */
  readonly loop: number;
  /** Memory, of the limit that is nearest. */
  readonly memory: number;
  /** It was never used as much as lately. */
  readonly memoryRises: boolean;
  /** Open downstream connections, of the limit. */
  readonly connections: number;
}

/** From here on memory that rises is relieved by refusing, first few then all: there is no coming back from the kernel's killing. */
const MEMORY_BEGINS = 0.9;
const MEMORY_ALL = 0.98;
/** From here on whether it rises or not: the next request may be one too many. */
const MEMORY_FULL = 0.97;
/** From here on clients that are connected and ask nothing are let go. */
const PRESSED = 0.85;
/** How fast refusing grows and ends, at each look. Faster up than down, as congestion control does, so that it settles. */
const STEP_UP = 0.1;
const STEP_DOWN = 0.05;
/** Some are always served: what they meet is how the end of the overload is seen. */
const MOST = 0.95;

/**
 * Which share of new requests to refuse, 0 to 1.
 * @param before the share until now
 * @returns with the reason, null where there is none
 */
export function refusedShare(
  before: number,
  { loop, memory, memoryRises }: Strain,
): { share: number; why: string | null } {
  const byLoop = loop > 1 ? Math.min(MOST, before + STEP_UP) : before - STEP_DOWN;
  const matters = memoryRises || memory >= MEMORY_FULL;
  const byMemory = matters ? (memory - MEMORY_BEGINS) / (MEMORY_ALL - MEMORY_BEGINS) : 0;
  // Steps of a hundredth, so that 0 is reached.
  const share = Math.round(100 * Math.min(1, Math.max(0, byLoop, byMemory))) / 100;
  if (byMemory > 0 && byMemory >= byLoop) return { share, why: `${percent(memory)} of the memory limit is used` };
  if (loop > 1) return { share, why: `the event loop is ${loop.toFixed(1)} times as late as it may be` };
  return { share, why: null };
}

/** Whether memory alone may be a reason to refuse requests. */
export function isMemoryScarce({ memory }: Strain): boolean {
  return memory > MEMORY_BEGINS;
}

/** Whether connections that wait for a request should be closed soon rather than at their time limit. */
export function idleClientsShouldGo({ memory, connections }: Strain): boolean {
  return memory >= PRESSED || connections >= PRESSED;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
