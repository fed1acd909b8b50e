import { onTestFinished } from "vitest";
import { ApiServer } from "../../../src/control-plane/kubernetes/api-server.ts";
import { ClusterSource, type ClusterOptions } from "../../../src/control-plane/sources/cluster.ts";
import type { Loaded } from "../../../src/control-plane/sources/sources.ts";
import { referencedSecrets } from "../../../src/control-plane/translate/referenced-secrets.ts";
import { FakeApiServer } from "../../cluster/fake/fake-api-server.ts";
import { ManualTimers } from "../../support/manual-timers.ts";
import { OPTIONS } from "../../support/resources.ts";
import { Waiting } from "../../support/waiting.ts";

const TRANSLATE = { ...OPTIONS, serveWithoutClass: false, ingressClasses: ["ours"] };

interface Bed {
  readonly fake: FakeApiServer;
  readonly timers: ManualTimers;
  readonly source: ClusterSource;
  /** Everything that was yielded. */
  readonly loads: Loaded[];
  /** Waits until what was yielded last holds something; time goes on meanwhile, ten milliseconds by ten. */
  readonly until: (what: string, ready: (loaded: Loaded) => boolean) => Promise<Loaded>;
  /** Lets the time pass in which changes are gathered. */
  readonly settle: () => void;
}

/** A source that follows a fake cluster; `prepare` fills it before. */
export async function follow(
  prepare: (fake: FakeApiServer) => void,
  options: Partial<ClusterOptions> = {},
): Promise<Bed> {
  const fake = await new FakeApiServer().start();
  prepare(fake);
  const timers = new ManualTimers();
  const api = new ApiServer(
    { server: new URL(fake.url), about: "the test", identify: () => Promise.resolve({ headers: {}, tls: {} }) },
    { timers },
  );
  const source = new ClusterSource({
    api,
    timers,
    random: () => 0,
    configMaps: [],
    secrets: [],
    secretsNamedIn: (set) => referencedSecrets(set, TRANSLATE),
    ...options,
  });
  const stop = new AbortController();
  const loads: Loaded[] = [];
  const waiting = new Waiting();
  const reading = (async () => {
    for await (const loaded of source.watch(stop.signal)) {
      loads.push(loaded);
      waiting.changed();
    }
  })();
  // Whatever is to be gathered may be gathered at once.
  const settled = new AbortController();
  const settle = (): void => {
    if (timers.waits.some((wait) => wait <= 10)) timers.advance(10);
  };
  void (async () => {
    while (!settled.signal.aborted) {
      await timers.until(
        "something to gather",
        () => settled.signal.aborted || timers.waits.some((wait) => wait <= 10),
      );
      settle();
    }
  })();
  onTestFinished(async () => {
    settled.abort();
    timers.after(0, () => undefined)();
    stop.abort();
    await reading;
    api.close();
    await fake.stop();
  });
  const last = (): Loaded | undefined => loads.at(-1);
  return {
    fake,
    timers,
    source,
    loads,
    settle,
    async until(what, ready) {
      await waiting.until(what, () => {
        const loaded = last();
        return loaded !== undefined && ready(loaded);
      });
      return last() as Loaded;
    },
  };
}
