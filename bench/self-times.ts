/** The part read here of a .cpuprofile (Chrome DevTools Protocol, Profiler.Profile). */
export interface CpuProfile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  }[];
  /** Node ids, one a sample. */
  readonly samples: readonly number[];
  /** Microseconds between a sample and the one before. */
  readonly timeDeltas: readonly number[];
}

export interface SelfTime {
  readonly name: string;
  /** "src/data-plane/…/file.ts:12", "node:net:340", or "" for what is no script. */
  readonly place: string;
  /** Part of the time that the process was not idle, 0 to 1. */
  readonly share: number;
}

/** Time spent in each function itself, calls it made not counted; the most expensive first. */
export function selfTimes(profile: CpuProfile): SelfTime[] {
  const nodes = new Map(profile.nodes.map(({ id, callFrame }) => [id, callFrame]));
  const times = new Map<string, { name: string; place: string; time: number }>();
  let busy = 0;
  for (const [index, id] of profile.samples.entries()) {
    const frame = nodes.get(id);
    const time = profile.timeDeltas[index] ?? 0;
    if (frame === undefined || frame.functionName === "(idle)") continue;
    busy += time;
    const name = frame.functionName === "" ? "(anonymous)" : frame.functionName;
    const place = frame.url === "" ? "" : `${shorten(frame.url)}:${frame.lineNumber + 1}`;
    const entry = times.get(`${name} ${place}`) ?? { name, place, time: 0 };
    entry.time += time;
    times.set(`${name} ${place}`, entry);
  }
  return [...times.values()]
    .sort((a, b) => b.time - a.time)
    .map(({ name, place, time }) => ({ name, place, share: time / busy }));
}

/** Paths from the room on: what comes before is the same in every row. */
function shorten(url: string): string {
  return url.replace(/^file:.*?\/(?=(?:src|bench|node_modules)\/)/u, "");
}
