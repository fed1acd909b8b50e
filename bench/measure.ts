import { checkAnswer } from "./answer.ts";
import { cpuSeconds } from "./cpu-time.ts";
import type { Round } from "./figures.ts";
import type { Load, LoadSettings } from "./load/load.ts";
import type { Peer, StartedPeer } from "./peers/peer.ts";
import type { PeerResult } from "./report.ts";
import type { TestBed } from "./test-bed.ts";

/** Seconds of load before the first round: compilers of Node need some, and everybody gets the same. */
const WARM_UP = 2;

export interface Contender {
  readonly peer: Peer;
  readonly version: string;
}

/**
 * Starts all contenders, checks that each answers as the upstream does, warms each up, and measures them in turn, round by round:
 * what disturbs a shared machine for a while then disturbs all. Each round begins with another one.
 */
export async function measure(
  bed: TestBed,
  contenders: readonly Contender[],
  how: { load: Load; upstreamPort: number; rounds: number; settings: Omit<LoadSettings, "port"> },
  progress: (line: string) => void,
): Promise<PeerResult[]> {
  const entries: (Contender & { started: StartedPeer; rounds: Round[] })[] = [];
  for (const contender of contenders) {
    const started = await contender.peer.start(bed, how.upstreamPort);
    await checkAnswer(contender.peer.name, started.port);
    entries.push({ ...contender, started, rounds: [] });
  }
  for (const { peer, started } of entries) {
    progress(`warming up ${peer.name}`);
    await how.load.run(bed, { ...how.settings, port: started.port, duration: WARM_UP });
  }
  for (let round = 0; round < how.rounds; round += 1) {
    const first = round % entries.length;
    for (const { peer, started, rounds } of [...entries.slice(first), ...entries.slice(0, first)]) {
      const result = await measureOnce(bed, started, how.load, how.settings);
      rounds.push(result);
      progress(`round ${round + 1} of ${how.rounds}: ${peer.name} ${(result.requests / result.seconds).toFixed(0)} /s`);
    }
  }
  return entries.map(({ peer, version, rounds }) => ({ name: peer.name, version, rounds }));
}

async function measureOnce(
  bed: TestBed,
  { child, port }: StartedPeer,
  load: Load,
  settings: Omit<LoadSettings, "port">,
): Promise<Round> {
  const before = await cpuSeconds(child.pid);
  const result = await load.run(bed, { ...settings, port });
  const after = await cpuSeconds(child.pid);
  return { ...result, cpu: before === null || after === null ? null : after - before };
}
