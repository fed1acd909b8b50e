import { checkAnswer } from "./answer.ts";
import { cpuSeconds } from "./cpu-time.ts";
import type { Round } from "./figures.ts";
import type { Peer, Setting, StartedPeer } from "./peers/peer.ts";
import type { PeerResult } from "./measured.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import type { TestBed } from "./test-bed.ts";

/** Seconds of load before the first round: compilers of Node need some, and everybody gets the same. */
const WARM_UP = 2;

export interface Contender {
  readonly name: string;
  readonly version: string;
  readonly peer: Peer;
  readonly setting: Setting;
}

export interface Measuring {
  readonly rounds: number;
  readonly connections: number;
  /** Seconds a round. */
  readonly duration: number;
  readonly progress: (line: string) => void;
}

/** A round that came to nothing: enough to make a run invalid. */
const FAILED: Round = { requests: 0, seconds: 1, p50: 0, p99: 0, errors: 1, cpu: null };

interface Entry extends Contender {
  readonly started: StartedPeer;
  readonly rounds: Round[];
}

/**
 * Starts all contenders of a scenario, warms each up, and measures them in turn, round by round: what disturbs a shared machine for a while
 * then disturbs all. Each round begins with another one. They are stopped again.
 * @returns what was measured, and who could not do the work
 */
export async function measure(
  bed: TestBed,
  scenario: Scenario,
  contenders: readonly Contender[],
  how: Measuring,
): Promise<{ readonly peers: PeerResult[]; readonly leftOut: readonly string[] }> {
  const entries: Entry[] = [];
  const leftOut: string[] = [];
  for (const contender of contenders) {
    const entry = await startOne(bed, scenario, contender, how);
    if (entry === null) leftOut.push(contender.name);
    else entries.push(entry);
  }
  for (let round = 0; round < how.rounds; round += 1) {
    const first = round % entries.length;
    for (const entry of [...entries.slice(first), ...entries.slice(0, first)]) {
      const where = `${scenario.name}, round ${round + 1} of ${how.rounds}: ${entry.name}`;
      try {
        const result = await measureOnce(bed, scenario, entry, how);
        entry.rounds.push(result);
        how.progress(`${where} ${(result.requests / result.seconds).toFixed(0)} ${scenario.unit}s/s`);
      } catch (error) {
        entry.rounds.push(FAILED);
        how.progress(`${where} failed: ${(error as Error).message}`);
      }
    }
  }
  for (const { started } of entries) await bed.stop(started.child);
  return { peers: entries.map(({ name, version, rounds }) => ({ name, version, rounds })), leftOut };
}

/** Starts a contender and warms it up. One that cannot do the work costs itself, not the run. */
async function startOne(
  bed: TestBed,
  scenario: Scenario,
  contender: Contender,
  { connections, progress }: Measuring,
): Promise<Entry | null> {
  try {
    const started = await contender.peer.start(bed, contender.setting);
    const { hosts, middleware } = contender.setting;
    // What answers otherwise than the upstream by design is found out by the load.
    if (scenario.upstream === undefined && hosts === undefined && middleware === undefined) {
      await checkAnswer(contender.name, started.port);
    }
    const entry: Entry = { ...contender, started, rounds: [] };
    await measureOnce(bed, scenario, entry, { connections, duration: WARM_UP });
    return entry;
  } catch (error) {
    progress(`${scenario.name}: ${contender.name} is left out: ${(error as Error).message}`);
    return null;
  }
}

async function measureOnce(
  bed: TestBed,
  scenario: Scenario,
  { started, setting }: Entry,
  { connections, duration }: Pick<Measuring, "connections" | "duration">,
): Promise<Round> {
  const before = await cpuSeconds(started.child.pid);
  const result = await scenario.run(bed, started, { connections, duration, setting });
  const after = await cpuSeconds(started.child.pid);
  return { ...result, cpu: before === null || after === null ? null : after - before };
}
