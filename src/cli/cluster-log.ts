import type { ListWatchStatus } from "../control-plane/kubernetes/list-watch-status.ts";
import { isDoneWithout } from "../control-plane/sources/cluster/cluster-problems.ts";
import type { Log } from "../log.ts";

/** Tells the operator how the API server behaves: once when it begins to fail and once when it is well again, not for each kind and each try. */
export class ClusterLog {
  readonly #log: Log;
  readonly #about: string;
  readonly #namespace: string | undefined;
  readonly #away = new Set<string>();
  readonly #refused = new Map<string, string>();
  #told = false;
  #synced = false;

  /** @param about the API server, and who we are to it. @param namespace the only one that is looked at; undefined: all */
  constructor(log: Log, about: string, namespace: string | undefined) {
    this.#log = log;
    this.#about = about;
    this.#namespace = namespace;
  }

  hear(status: ListWatchStatus): void {
    const { name, phase, problem, synced } = status;
    this.#synced ||= synced;
    // A diagnostic says what that means.
    if (isDoneWithout(status, this.#namespace)) return;
    if (problem?.kind === "unavailable") return this.#isAway(name, problem.message);
    if (problem !== null && this.#refused.get(name) !== problem.kind) {
      this.#refused.set(name, problem.kind);
      this.#log("warning", `${name}: ${problem.message}`, { kind: name, problem: problem.kind });
    }
    if (problem !== null || phase !== "watching") return;
    if (this.#refused.delete(name)) this.#log("info", `${name} can be followed again`, { kind: name });
    if (this.#away.delete(name) && this.#away.size === 0 && this.#told) {
      this.#told = false;
      this.#log("info", "the API server answers again");
    }
  }

  #isAway(name: string, message: string): void {
    this.#away.add(name);
    if (this.#told) return;
    this.#told = true;
    const meanwhile = this.#synced
      ? "what is known is served on"
      : "nothing is served and we are not ready until it answers; is it running, and can it be reached from here?";
    this.#log(
      "warning",
      `the API server ${this.#about} cannot be followed (${message}): it is asked again and again, ${meanwhile}`,
      {
        server: this.#about,
      },
    );
  }
}
