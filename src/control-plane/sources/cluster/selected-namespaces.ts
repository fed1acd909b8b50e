import type { ListWatchStatus } from "../../kubernetes/list-watch-status.ts";
import { ListWatch } from "../../kubernetes/list-watch.ts";
import { NAMESPACES, pathOf } from "./cluster-kinds.ts";
import type { Following } from "./followed-kind.ts";

/** The namespaces whose labels fit a selector, now. */
export class SelectedNamespaces {
  readonly #watch: ListWatch<string>;
  #names: ReadonlySet<string> | null = null;

  /** @param labelSelector as kubectl takes it: "team=shop,env in (test,prod)" */
  constructor(labelSelector: string, following: Following) {
    this.#watch = new ListWatch<string>({
      ...following,
      name: NAMESPACES.plural,
      path: pathOf(NAMESPACES, undefined),
      query: { labelSelector },
      read: ({ metadata }) => metadata.name,
      onChange: () => {
        this.#names = null;
        following.onChange();
      },
    });
    this.#watch.start();
  }

  /** Keeps its identity as long as it says the same. */
  get names(): ReadonlySet<string> {
    this.#names ??= new Set(this.#watch.values());
    return this.#names;
  }

  get status(): ListWatchStatus {
    return this.#watch.status;
  }

  close(): Promise<void> {
    return this.#watch.close();
  }
}
