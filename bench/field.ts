import { wrk } from "./load/wrk.ts";
import type { Contender } from "./measure.ts";
import type { Peer, Setting } from "./peers/peer.ts";
import { findProgram } from "./peers/program.ts";
import type { Scenario } from "./scenarios/scenario.ts";
import type { TestBed } from "./test-bed.ts";

/** Who takes part, and who does not. */
export interface Field {
  readonly peers: readonly { readonly peer: Peer; readonly version: string }[];
  readonly remarks: readonly string[];
}

/** @throws where nobody is left */
export async function findPeers(peers: readonly Peer[]): Promise<Field> {
  const found: { peer: Peer; version: string }[] = [];
  const remarks: string[] = [];
  for (const peer of peers) {
    const result = await peer.find();
    if ("version" in result) found.push({ peer, version: result.version });
    else remarks.push(`Missing: ${peer.name}, ${result.missing}`);
  }
  if (found.length === 0) throw new Error(remarks.join("\n"));
  return { peers: found, remarks };
}

/** Who takes part in a scenario, and with what. */
export function contendersFor(scenario: Scenario, field: Field, setting: Setting): Contender[] {
  const admitted = field.peers.filter(({ peer }) => scenario.admits(peer));
  const contenders = admitted.map(({ peer, version }) => ({
    name: peer.name,
    version,
    peer,
    setting: { ...setting, ...scenario.setting },
  }));
  const { beside } = scenario;
  const [first] = admitted;
  // Between two revisions the question is another one.
  if (beside === undefined || first === undefined || admitted.length > 1) return contenders;
  return [...contenders, { ...first, name: beside.name, setting: { ...setting, ...beside.setting } }];
}

/** The program a scenario needs and this machine has not; null where it has. */
export async function missingProgram(bed: TestBed, { needs }: Scenario): Promise<string | null> {
  if (needs === "node") return null;
  // It tells its version with its usage, and ends with 1 after it.
  if (needs === "wrk") return (await wrk.version(bed)) === null ? needs : null;
  const found = await findProgram(needs, needs === "openssl" ? "version" : "--version", /(\d[\d.]*)/u);
  return found === null ? needs : null;
}
