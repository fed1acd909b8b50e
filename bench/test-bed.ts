import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Child } from "./child.ts";
import { findPinning, type Core, type Pinning } from "./pinning.ts";

/** A script that listens; `tlsPort` is 0 where it does not speak TLS. */
export interface StartedScript {
  readonly child: Child;
  readonly port: number;
  readonly tlsPort: number;
}

/** Everything a run leaves on the machine, and so everything to clean up: processes and one temporary folder. */
export class TestBed {
  readonly folder: string;
  readonly pinning: Pinning;
  readonly #children = new Set<Child>();
  #closed = false;

  static async open(): Promise<TestBed> {
    return new TestBed(await mkdtemp(path.join(tmpdir(), "ts-ingress-bench-")), await findPinning());
  }

  private constructor(folder: string, pinning: Pinning) {
    this.folder = folder;
    this.pinning = pinning;
  }

  /** Starts a process that lives until `close`. @throws after `close`. */
  start(core: Core, name: string, command: readonly string[], messages = false): Child {
    if (this.#closed) throw new Error("the run was stopped");
    const child = new Child(name, this.pinning.pin(core, command), messages);
    this.#children.add(child);
    return child;
  }

  /** Runs a process to its end and gives what it wrote. @throws where it does not end with 0. */
  async run(core: Core, name: string, command: readonly string[]): Promise<string> {
    const child = this.start(core, name, command);
    const output = await child.result();
    this.#children.delete(child);
    return output;
  }

  /** Starts a script of ours under this very Node. It says where it listens by one message (announce.ts). */
  async startScript(core: Core, name: string, command: readonly string[]): Promise<StartedScript> {
    const child = this.start(core, name, [process.execPath, ...command], true);
    const { port, tlsPort } = (await child.message()) as { port: number; tlsPort: number | null };
    return { child, port, tlsPort: tlsPort ?? 0 };
  }

  /** Writes a file that is gone when the run is over. @returns its path */
  async file(name: string, text: string): Promise<string> {
    const file = path.join(this.folder, name);
    await writeFile(file, text);
    return file;
  }

  /** Stops one process before the others. */
  async stop(child: Child): Promise<void> {
    this.#children.delete(child);
    await child.close();
  }

  /** Stops what was started, last first, and removes the folder. May be called twice. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const child of [...this.#children].reverse()) await child.close();
    this.#children.clear();
    await rm(this.folder, { recursive: true, force: true });
  }
}
