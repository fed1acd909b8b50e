import { setTimeout as wait } from "node:timers/promises";

/** How serving ends. All in milliseconds. */
export interface DrainTimes {
  /** Until what still runs is cut off, from when no more connections are accepted. */
  readonly grace: number;
  /** How long connections are accepted at first, each to be closed with its first response: load balancers take a while to learn. Default 0. */
  readonly delay?: number;
  /**
   * How long idle connections stay after that, to be closed with their next response: a request may be on its way, and one that meets a closed
   * connection is lost. Default 0: they are closed at once.
   */
  readonly idle?: number;
  /** Somebody else takes what comes to our sockets from now on: datagrams are left to them. Default false. */
  readonly succeeded?: boolean;
}

/** What is drained, step by step. */
export interface Drained {
  /** From now on each response is the last of its connection. */
  announce(): void;
  stopAccepting(): void;
  closeIdle(): void;
  /** Resolves when no connection is open. */
  emptied(): Promise<void>;
}

/** The order of an end that loses nothing. Resolves when everything is over, when the grace is, or when `signal` says so. */
export async function drain(drained: Drained, times: DrainTimes, signal: AbortSignal): Promise<void> {
  const { grace, delay = 0, idle = 0 } = times;
  drained.announce();
  if (delay > 0) await pause(delay, signal);
  drained.stopAccepting();
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const late = pause(grace, either);
  if (idle === 0) drained.closeIdle();
  else void pause(Math.min(idle, grace), either).then(() => drained.closeIdle());
  await Promise.race([drained.emptied(), late]);
  over.abort();
}

/** Waits, or not any longer. */
async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await wait(Math.min(milliseconds, LONGEST), undefined, { signal }).catch(() => undefined);
}

/** What a timer of Node can wait for. */
const LONGEST = 2 ** 31 - 1;
