import { expect } from "vitest";
import { LastGoodSecrets } from "../../src/control-plane/last-good-secrets.ts";
import { mergeResources, type Part, ResourceMerger } from "../../src/control-plane/sources/merge-resources.ts";
import type { TranslateOptions } from "../../src/control-plane/translate/options.ts";
import { inOrder, OrderedProblems } from "../../src/control-plane/translate/problems.ts";
import { ReferencedSecrets, referencedSecrets } from "../../src/control-plane/translate/referenced-secrets.ts";
import { translate, Translator } from "../../src/control-plane/translate/translate.ts";
import { applyChanges, changesBetween } from "../../src/snapshot/changes.ts";
import { seal, Sealer } from "../../src/snapshot/seal.ts";
import type { RoutingSnapshot } from "../../src/snapshot/snapshot.ts";
import { elsewhere } from "./any-changes.ts";

/** Everything between the sources and a worker, as one gateway does it after each change, held against one that has just started. */
export class KeptAndFresh {
  readonly #options: TranslateOptions;
  readonly #merger = new ResourceMerger();
  readonly #lastGood = new LastGoodSecrets();
  readonly #translator: Translator;
  readonly #referenced: ReferencedSecrets;
  readonly #problems = new OrderedProblems();
  readonly #sealer = new Sealer();
  #before: RoutingSnapshot | null = null;
  #served: RoutingSnapshot | null = null;

  constructor(options: TranslateOptions) {
    this.#options = options;
    this.#translator = new Translator(options);
    this.#referenced = new ReferencedSecrets(options);
  }

  /** @throws where the two differ in anything */
  next(parts: readonly Part[]): void {
    const merged = this.#merger.merge(parts);
    expect(merged).toEqual(mergeResources(parts));
    // What a Secret held before is no matter of the translation.
    const resources = { ...merged.resources, secrets: this.#lastGood.keep(merged.resources.secrets).secrets };
    expect(this.#referenced.of(resources)).toEqual(referencedSecrets(structuredClone(resources), this.#options));

    const translation = this.#translator.translate(resources);
    const fresh = translate(elsewhere(resources), this.#options);
    expect(translation).toEqual(fresh);
    expect(this.#problems.of([...merged.diagnostics, ...translation.diagnostics])).toEqual(
      inOrder([...structuredClone(merged.diagnostics), ...fresh.diagnostics]),
    );

    const snapshot = this.#sealer.seal(translation.fragment);
    expect(snapshot).toEqual(seal(fresh.fragment));
    this.#served = applyChanges(this.#served, structuredClone(changesBetween(this.#before, snapshot)));
    expect(this.#served).toEqual(snapshot);
    this.#before = snapshot;
  }
}
