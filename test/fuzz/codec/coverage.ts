import { readFileSync } from "node:fs";
import { Session, type Profiler } from "node:inspector";
import { fileURLToPath } from "node:url";

/** Times a block is run are told apart up to here, in steps: once, twice, a few, many. */
const STEPS = [0, 1, 2, 8, Infinity];
/** Ways through one function that count as new: a loop around anything would have too many. */
const WAYS = 400;

/** Which code an input reaches, by V8's own block coverage: no instrumented copy of anything. */
export class Coverage {
  readonly #session = new Session();
  readonly #of: RegExp;
  readonly #ways = new Map<string, Set<string>>();
  /** For each script, for each of its characters, whether it was ever run. */
  readonly #reached = new Map<string, { readonly known: Uint8Array; readonly run: Uint8Array }>();

  /** @param of the URLs of the scripts that matter */
  constructor(of: RegExp) {
    this.#of = of;
    this.#session.connect();
    this.#post("Profiler.enable");
    this.#post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** Ways through functions seen so far: a function with the blocks of it that were run, and about how often. */
  get ways(): number {
    let count = 0;
    for (const ways of this.#ways.values()) count += ways.size;
    return count;
  }

  /** Takes what was run since the last call. @returns whether any of it was new */
  take(): boolean {
    const { result } = this.#post("Profiler.takePreciseCoverage") as Profiler.TakePreciseCoverageReturnType;
    let fresh = false;
    for (const { url, functions } of result) {
      if (!this.#of.test(url)) continue;
      for (const { ranges } of functions) {
        const way = ranges.map(({ startOffset, endOffset, count }) => `${startOffset}-${endOffset}:${step(count)}`);
        if (!this.#isNew(`${url}:${ranges[0]?.startOffset}`, way.join())) continue;
        fresh = true;
        this.#mark(url, ranges);
      }
    }
    return fresh;
  }

  /** Of the characters of code in functions that were called at all, those that were run. @returns 0 to 1 */
  get share(): number {
    let known = 0;
    let run = 0;
    for (const script of this.#reached.values()) {
      for (let at = 0; at < script.known.length; at++) {
        known += script.known[at] as number;
        run += script.run[at] as number;
      }
    }
    return run / known;
  }

  /** "file:line  text" of each line with code that was never run in a function that was called. */
  unreached(): string[] {
    return [...this.#reached].flatMap(([url, { known, run }]) => {
      const path = fileURLToPath(url);
      let at = 0;
      return readFileSync(path, "utf8")
        .split("\n")
        .flatMap((line, index) => {
          const from = at + line.search(/\S|$/);
          at += line.length + 1;
          const missed =
            line.trim().length > 1 && known.subarray(from, at - 1).some((is, i) => is > 0 && run[from + i] === 0);
          return missed ? [`${path}:${index + 1}  ${line.trim()}`] : [];
        });
    });
  }

  close(): void {
    this.#session.disconnect();
  }

  #isNew(where: string, way: string): boolean {
    const ways = this.#ways.get(where) ?? new Set();
    this.#ways.set(where, ways);
    if (ways.has(way) || ways.size >= WAYS) return false;
    ways.add(way);
    return true;
  }

  #mark(url: string, ranges: readonly Profiler.CoverageRange[]): void {
    const length = Math.max(...ranges.map(({ endOffset }) => endOffset));
    const script = this.#reached.get(url) ?? this.#open(url, length);
    // Inner ranges come after those around them.
    const now = new Uint8Array(length);
    for (const { startOffset, endOffset, count } of ranges) now.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    const [{ startOffset, endOffset }] = ranges as [Profiler.CoverageRange];
    for (let at = startOffset; at < endOffset; at++) {
      script.known[at] = 1;
      if (now[at] === 1) script.run[at] = 1;
    }
  }

  #open(url: string, atLeast: number) {
    const length = Math.max(atLeast, readFileSync(fileURLToPath(url), "utf8").length);
    const script = { known: new Uint8Array(length), run: new Uint8Array(length) };
    this.#reached.set(url, script);
    return script;
  }

  #post(method: string, parameters?: object): unknown {
    let outcome: unknown;
    this.#session.post(method, parameters, (error, result) => {
      if (error !== null) throw new Error(`${method}: ${error.message}`);
      outcome = result;
    });
    return outcome;
  }
}

function step(count: number): number {
  return STEPS.findIndex((most) => count <= most);
}
