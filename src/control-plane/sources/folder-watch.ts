import { watch, type FSWatcher } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";

/** Milliseconds without an event before a change counts as complete, and the longest time it may take so. */
const QUIET = 50;
const LONGEST = 300;
/** Milliseconds between two looks where the system cannot watch (no inotify handles left, some network mounts, what is not there). */
const POLL = 500;

/**
 * Tells when something changed in a set of folders. The set is named anew for each look, and each folder is watched before it is listed, so
 * that no change falls between. One watcher a folder, not `recursive`: that follows no symbolic links and loses folders that are replaced.
 */
export class FolderWatch {
  #watchers = new Map<string, FSWatcher>();
  #before = new Map<string, FSWatcher>();
  #blind = false;
  #changes = 0;
  #seen = 0;
  #wake: (() => void) | null = null;

  /**
   * Begins a look at `root`: folders are then named with `enter`. Fresh watchers each time, since a folder that was replaced under the same
   * name would otherwise go unwatched; the old ones live until `end`.
   */
  begin(root: string): void {
    this.#seen = this.#changes;
    this.#blind = false;
    this.#before = this.#watchers;
    this.#watchers = new Map();
    // The folder above sees `root` replaced, removed and made again.
    const name = path.basename(path.resolve(root));
    this.#add(`${path.dirname(path.resolve(root))} ${name}`, path.dirname(path.resolve(root)), name);
  }

  /** Watches the entries of `folder`, before they are listed. */
  enter(folder: string): void {
    this.#add(folder, folder);
  }

  /** Something that was named is not there, and no folder we watch need tell when it comes: look again after a while. */
  expectLater(): void {
    this.#blind = true;
  }

  end(): void {
    for (const watcher of this.#before.values()) watcher.close();
    this.#before.clear();
  }

  /** Resolves when something changed since `begin` and quiet has come, or when `signal` aborts. */
  async changed(signal: AbortSignal): Promise<void> {
    if (this.#changes === this.#seen) await this.#event(signal, this.#blind ? POLL : null);
    const until = performance.now() + LONGEST;
    for (let seen = -1; seen !== this.#changes && performance.now() < until;) {
      seen = this.#changes;
      await delay(QUIET, undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
    }
  }

  close(): void {
    this.end();
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  #add(key: string, folder: string, only?: string): void {
    if (this.#watchers.has(key)) return;
    try {
      const watcher = watch(folder, (_event, name) => {
        if (only === undefined || name === null || name === only) this.#notify();
      });
      watcher.on("error", () => {
        this.#blind = true;
        this.#notify();
      });
      this.#watchers.set(key, watcher);
    } catch {
      this.#blind = true;
    }
  }

  #notify(): void {
    this.#changes += 1;
    this.#wake?.();
  }

  async #event(signal: AbortSignal, timeout: number | null): Promise<void> {
    if (signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = timeout === null ? undefined : setTimeout(resolve, timeout);
    const wake = (): void => resolve();
    this.#wake = wake;
    signal.addEventListener("abort", wake, { once: true });
    await promise;
    signal.removeEventListener("abort", wake);
    this.#wake = null;
    clearTimeout(timer);
  }
}
