import { resourceSet, type KnownResource } from "../../src/control-plane/resources/resource-set.ts";
import type { Loaded, ResourceSource } from "../../src/control-plane/sources/sources.ts";
import type { Diagnostic } from "../../src/control-plane/translate/diagnostic.ts";

/** A source that says what the test tells it to. */
export class SpokenSource implements ResourceSource {
  readonly name: string;
  readonly #queue: (Loaded | Error | "end")[] = [];
  #wake: () => void = () => undefined;
  ended = false;

  constructor(name = "the test") {
    this.name = name;
  }

  say(resources: readonly KnownResource[], diagnostics: readonly Diagnostic[] = []): void {
    this.#push({ resources: resourceSet(resources), diagnostics });
  }

  fail(error: Error): void {
    this.#push(error);
  }

  end(): void {
    this.#push("end");
  }

  async *watch(signal: AbortSignal): AsyncGenerator<Loaded, void> {
    signal.addEventListener("abort", () => this.#wake());
    try {
      while (!signal.aborted) {
        const next = this.#queue.shift();
        if (next === "end") return;
        if (next instanceof Error) throw next;
        if (next !== undefined) yield next;
        else await new Promise<void>((resolve) => (this.#wake = resolve));
      }
    } finally {
      this.ended = true;
    }
  }

  #push(entry: Loaded | Error | "end"): void {
    this.#queue.push(entry);
    this.#wake();
  }
}
