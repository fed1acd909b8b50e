import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { setImmediate as endOfTurn } from "node:timers/promises";
import { Random } from "../random.ts";
import { committedCorpus, type Entry, keep, keptCorpus, kindOf } from "./corpus.ts";
import { Coverage } from "./coverage.ts";
import { minimise } from "./minimise.ts";
import { mutate } from "./mutate.ts";
import { runInput } from "./target.ts";

export interface CodecOptions {
  readonly seed: number;
  readonly seconds: number;
  /** A folder that is read before and added to, or null. */
  readonly corpus: string | null;
  /** A folder for what fails. */
  readonly failures: string;
  readonly uncovered: boolean;
}

const CODEC = /\/src\/data-plane\/http1?\/[^/]+\.ts$/;
/** Milliseconds. */
const REPORT_EVERY = 10_000;
/** Failures that are told apart before the run is given up. */
const ENOUGH = 10;

/** @returns what failed, in words */
export async function runCodec({
  seed,
  seconds,
  corpus,
  failures,
  uncovered,
}: CodecOptions): Promise<readonly string[]> {
  const random = new Random(seed);
  const coverage = new Coverage(CODEC);
  const entries: Entry[] = [];
  const found = new Map<string, string>();
  const started = Date.now();
  const end = started + seconds * 1_000;
  let runs = 0;
  let reported = started;
  const status = (): string => {
    const each = Math.round((runs * 1_000) / (Date.now() - started));
    return `codec: ${runs} inputs, ${each}/s, corpus ${entries.length}, ways ${coverage.ways}, code ${(coverage.share * 100).toFixed(1)} %, failures ${found.size}`;
  };
  const run = async (entry: Entry): Promise<boolean> => {
    runs += 1;
    const reason = await failure(entry);
    const fresh = coverage.take();
    if (reason !== null && !found.has(alike(reason))) {
      found.set(alike(reason), "");
      found.set(alike(reason), await tell(entry, reason, failures));
      coverage.take();
    }
    return reason === null && fresh;
  };
  console.log(`codec: seed ${seed}, ${seconds} s`);
  for (const entry of [...committedCorpus(), ...(corpus === null ? [] : keptCorpus(corpus))]) {
    if (await run(entry)) entries.push(entry);
  }
  while (Date.now() < end && found.size < ENOUGH) {
    // What was found last is the least tried.
    const newest = Math.min(entries.length, 64);
    const parent = random.oneIn(2) ? random.pick(entries) : (entries[entries.length - 1 - random.int(newest)] as Entry);
    const kind = random.oneIn(30) ? random.pick(entries).kind : parent.kind;
    const entry = { kind, input: mutate(random, parent.input, random.pick(entries).input) };
    if (await run(entry)) {
      entries.push(entry);
      if (corpus !== null) keep(corpus, entry);
    }
    if (runs % 64 === 0) await endOfTurn();
    if (Date.now() - reported > REPORT_EVERY) {
      reported = Date.now();
      console.log(status());
    }
  }
  console.log(status());
  if (uncovered) for (const line of coverage.unreached()) console.log(line);
  coverage.close();
  return [...found.values()];
}

/** Runs one input from a file named as `keep` names them. @returns what failed */
export async function replay(path: string): Promise<readonly string[]> {
  const kind = kindOf(basename(path));
  if (kind === null) return [`${path}: the name of the file does not begin with a kind of input`];
  const reason = await failure({ kind, input: readFileSync(path) });
  console.log(reason === null ? "codec: nothing wrong with it" : "codec: fails");
  return reason === null ? [] : [reason];
}

async function failure({ kind, input }: Entry): Promise<string | null> {
  try {
    await runInput(kind, input);
    return null;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
}

async function tell(entry: Entry, reason: string, folder: string): Promise<string> {
  const wanted = alike(reason);
  const input = await minimise(entry.input, async (input) => {
    const other = await failure({ ...entry, input });
    return other !== null && alike(other) === wanted;
  });
  const path = keep(folder, { ...entry, input });
  return `${entry.kind} ${JSON.stringify(input.toString("latin1"))}\n  in ${path}: ${(await failure({ ...entry, input })) ?? reason}`;
}

/** Failures of one cause differ in what they quote. */
function alike(reason: string): string {
  return reason
    .replace(/"(?:[^"\\]|\\.)*"/g, '""')
    .replace(/[0-9]+/g, "0")
    .slice(0, 400);
}
