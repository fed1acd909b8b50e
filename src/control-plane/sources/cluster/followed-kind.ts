import type { ListWatchStatus } from "../../kubernetes/list-watch-status.ts";
import { ListWatch, type ListWatchOptions } from "../../kubernetes/list-watch.ts";
import type { KnownResource } from "../../resources/resource-set.ts";
import type { Diagnostic } from "../../translate/diagnostic.ts";
import { pathOf, type ClusterKind } from "./cluster-kinds.ts";
import { KeptResources } from "./kept-resources.ts";
import { readKept, type Kept } from "./read-kept.ts";

/** What all kinds of a cluster are followed with. */
export interface Following extends Pick<ListWatchOptions<Kept>, "api" | "timers" | "random" | "hold" | "streaming"> {
  /** Called with the new status of a kind, also when it is another problem. */
  readonly onStatus: (status: ListWatchStatus) => void;
  readonly onChange: () => void;
}

/** Which objects of a kind. */
export interface Extent {
  readonly namespace?: string | undefined;
  readonly name?: string;
  readonly labelSelector?: string | undefined;
}

/** The resources of one kind. The lists keep their identity as long as nothing of the kind changes. */
export class FollowedKind {
  readonly kind: ClusterKind;
  readonly #watch: ListWatch<Kept>;
  readonly #kept = new KeptResources();

  constructor(kind: ClusterKind, extent: Extent, following: Following) {
    this.kind = kind;
    const fields = [kind.fieldSelector, extent.name === undefined ? undefined : `metadata.name=${extent.name}`];
    this.#watch = new ListWatch<Kept>({
      ...following,
      name: extent.name === undefined ? kind.plural : `${kind.plural} ${extent.namespace}/${extent.name}`,
      path: pathOf(kind, extent.namespace),
      query: {
        fieldSelector: fields.filter((field) => field !== undefined).join(",") || undefined,
        labelSelector: extent.labelSelector,
      },
      read: readKept(kind),
    });
    this.#watch.start();
  }

  get status(): ListWatchStatus {
    return this.#watch.status;
  }

  get resources(): readonly KnownResource[] {
    this.#kept.follow(this.#watch.values());
    return this.#kept.resources;
  }

  /** What could not be read of them. */
  get diagnostics(): readonly Diagnostic[] {
    this.#kept.follow(this.#watch.values());
    return this.#kept.diagnostics;
  }

  close(): Promise<void> {
    return this.#watch.close();
  }
}
