// Turns what sources say into snapshots.
// In: sources of cluster resources. Out: a published snapshot, with every problem met, and what it was made of, each time one of these changed.
// Never: a request; a snapshot that is not whole. When translating fails the last good snapshot stays.
import { Sealer } from "../snapshot/seal.ts";
import { LastGoodSecrets } from "./last-good-secrets.ts";
import type { Published } from "./published.ts";
import { Quiet } from "./quiet.ts";
import { saySame } from "./say-same.ts";
import { ResourceMerger } from "./sources/merge-resources.ts";
import type { Loaded, ResourceSource } from "./sources/sources.ts";
import type { Timers } from "./timers.ts";
import type { TranslateOptions } from "./translate/options.ts";
import { OrderedProblems } from "./translate/problems.ts";
import { Translator } from "./translate/translate.ts";

export type { Published };

export interface ControlPlaneOptions {
  /** Of objects two sources know, the one of the earlier source counts. */
  readonly sources: readonly ResourceSource[];
  readonly translate: TranslateOptions;
  /** Milliseconds without a change before a snapshot is made; default 50. It is never put off for more than a second. */
  readonly quiet?: number;
  /** Called when the snapshot, the diagnostics or the resources changed. When it throws, what was published before stays `latest`. */
  readonly publish: (published: Published) => void;
  /** Called with what goes wrong; the last good snapshot stays. */
  readonly onError?: (error: Error) => void;
  readonly timers?: Timers;
}

/** Each remembers what it made last: what did not change is not made again. */
class Maker {
  readonly merger = new ResourceMerger();
  readonly translator: Translator;
  readonly sealer = new Sealer();
  readonly problems = new OrderedProblems();

  constructor(options: TranslateOptions) {
    this.translator = new Translator(options);
  }
}

export class ControlPlane {
  readonly #options: ControlPlaneOptions;
  readonly #stop = new AbortController();
  readonly #loaded: (Loaded | null)[];
  readonly #secrets = new LastGoodSecrets();
  #maker: Maker;
  readonly #quiet: Quiet;
  readonly #first = Promise.withResolvers<void>();
  #following: Promise<unknown> | null = null;
  #latest: Published | null = null;

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
    this.#maker = new Maker(options.translate);
    this.#loaded = options.sources.map(() => null);
    this.#quiet = new Quiet(options.quiet ?? 50, () => this.#update(), options.timers);
    // Nobody may be waiting in `start` any more, or yet.
    this.#first.promise.catch(() => undefined);
  }

  /** What was published last. */
  get latest(): Published | null {
    return this.#latest;
  }

  /**
   * Begins to follow all sources. Resolves after the first publish.
   * @throws when a source ends before it has spoken, when the first snapshot cannot be made, when closed before
   */
  start(): Promise<void> {
    this.#following ??= Promise.all(this.#options.sources.map((source, index) => this.#follow(source, index)));
    if (this.#options.sources.length === 0) this.#quiet.touch();
    return this.#first.promise;
  }

  /** Ends all sources and waits until they have let go of what they hold. Nothing is published afterwards. */
  async close(): Promise<void> {
    this.#stop.abort();
    this.#quiet.close();
    this.#first.reject(new Error("the control plane was closed before it had published anything"));
    await this.#following;
  }

  /** Never rejects: a source that fails costs its news, not what it said before. */
  async #follow(source: ResourceSource, index: number): Promise<void> {
    const { signal } = this.#stop;
    try {
      for await (const loaded of source.watch(signal)) {
        if (signal.aborted) return;
        this.#loaded[index] = loaded;
        if (!this.#loaded.includes(null)) this.#quiet.touch();
      }
      if (this.#loaded[index] === null && !signal.aborted) throw new Error("it ended before it said anything");
    } catch (error) {
      if (!signal.aborted) this.#fail(`${source.name} is not followed any more`, error, this.#loaded[index] === null);
    }
  }

  #update(): void {
    try {
      const next = this.#make();
      if (this.#latest !== null && saySame(this.#latest, next)) return;
      this.#options.publish(next);
      this.#latest = next;
      this.#first.resolve();
    } catch (error) {
      // What it remembers may be half of one and half of the other.
      this.#maker = new Maker(this.#options.translate);
      this.#fail("the new snapshot is not used, the last good one stays", error, true);
    }
  }

  #make(): Published {
    const loaded = this.#loaded.filter((part) => part !== null);
    const { merger, translator, sealer, problems } = this.#maker;
    const merged = merger.merge(
      loaded.map(({ resources }, index) => ({ from: this.#options.sources[index]?.name ?? "", resources })),
    );
    const { secrets, diagnostics } = this.#secrets.keep(merged.resources.secrets);
    const resources = { ...merged.resources, secrets };
    const translation = translator.translate(resources);
    return {
      resources,
      ours: translation.ours,
      snapshot: sealer.seal(translation.fragment),
      diagnostics: problems.of([
        ...loaded.flatMap((part) => part.diagnostics),
        ...merged.diagnostics,
        ...diagnostics,
        ...translation.diagnostics,
      ]),
    };
  }

  /** `start` still waiting hears of it too when it cannot end well. */
  #fail(what: string, cause: unknown, hopeless: boolean): void {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const error = new Error(`${what}: ${reason}`, { cause });
    this.#options.onError?.(error);
    if (hopeless) this.#first.reject(error);
  }
}
