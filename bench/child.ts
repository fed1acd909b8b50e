import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";

/** How long a process gets to end by itself, in milliseconds, before it is killed. */
const GRACE = 5_000;
/** Output kept of a process, in characters: enough for a load generator's report and for the last words of a proxy that failed. */
const KEPT = 65_536;

/** A process of ours: what it wrote, how it ended, and the way to stop it. */
export class Child {
  readonly #name: string;
  readonly #process: ChildProcess;
  readonly #ended: Promise<void>;
  #output = "";
  #errors = "";
  #failure: Error | null = null;

  /**
   * Starts `command`. Its standard input is closed; with `messages` it has Node's message channel, by which it notices when this process is gone.
   * It starts in the group of this process, so that Ctrl-C in a terminal reaches it too.
   */
  constructor(name: string, command: readonly string[], messages: boolean) {
    const [program = "", ...args] = command;
    this.#name = name;
    this.#process = spawn(program, args, {
      stdio: ["ignore", "pipe", "pipe", ...(messages ? (["ipc"] as const) : [])],
    });
    this.#process.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.#output = (this.#output + text).slice(-KEPT);
    });
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#errors = (this.#errors + text).slice(-KEPT);
    });
    this.#ended = new Promise((resolve) => {
      this.#process.on("close", () => resolve());
      this.#process.on("error", (error) => {
        this.#failure = error;
        if (this.#process.pid === undefined) resolve();
      });
    });
  }

  /** @throws where the process could not be started. */
  get pid(): number {
    if (this.#process.pid === undefined) throw this.#early();
    return this.#process.pid;
  }

  /** What the process wrote to standard output, once it has ended. @throws where it did not end with 0. */
  async result(): Promise<string> {
    await this.#ended;
    if (this.#process.exitCode !== 0) throw this.#early();
    return this.#output;
  }

  /** The first message of the process. @throws where it ends before one. */
  async message(): Promise<unknown> {
    const [message] = (await this.unlessEnded(once(this.#process, "message"))) as [unknown];
    return message;
  }

  /** What `waiting` brings. @throws where the process ends first. */
  async unlessEnded<Value>(waiting: Promise<Value>): Promise<Value> {
    const ended = this.#ended.then(() => Promise.reject(this.#early()));
    return await Promise.race([waiting, ended]);
  }

  /** Ends the process and waits until it is gone. */
  async close(): Promise<void> {
    if (this.#process.pid === undefined) return;
    this.#process.kill("SIGTERM");
    const kill = setTimeout(() => this.#process.kill("SIGKILL"), GRACE);
    await this.#ended;
    clearTimeout(kill);
  }

  #early(): Error {
    const { exitCode, signalCode } = this.#process;
    const how = this.#failure?.message ?? (signalCode === null ? `ended with ${exitCode}` : `ended by ${signalCode}`);
    return new Error(`${this.#name}: ${how}${this.#errors === "" ? "" : `\n${this.#errors.trim()}`}`);
  }
}
