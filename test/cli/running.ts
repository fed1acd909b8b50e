import { spawn, type ChildProcess } from "node:child_process";
import { onTestFinished } from "vitest";
import { MAIN, plainEnvironment } from "./run-cli.ts";

/** A command that runs until it is stopped, with what it has said so far. Ended with the test. */
export class Running {
  readonly child: ChildProcess;
  stdout = "";
  stderr = "";
  readonly #ended: Promise<number | null>;
  #closed = false;
  #heard: () => void = () => {};

  constructor(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    this.child = spawn(process.execPath, [MAIN, ...args], {
      env: plainEnvironment(environment),
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.child.stdout?.setEncoding("utf8").on("data", (piece: string) => this.#hear("stdout", piece));
    this.child.stderr?.setEncoding("utf8").on("data", (piece: string) => this.#hear("stderr", piece));
    this.#ended = new Promise((resolve) => this.child.once("exit", (code) => resolve(code)));
    this.child.once("close", () => {
      this.#closed = true;
      this.#heard();
    });
    onTestFinished(() => void this.child.kill("SIGKILL"));
  }

  /** Waits until the output has this; the test's own time limit ends a vain wait. */
  async until(stream: "stdout" | "stderr", pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const found = pattern.exec(this[stream]);
      if (found !== null) return found;
      if (this.#closed) throw new Error(`it ended before it said ${pattern}: ${this.stdout}${this.stderr}`);
      await new Promise<void>((resolve) => (this.#heard = resolve));
    }
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.child.kill(signal);
    return this.#ended;
  }

  #hear(stream: "stdout" | "stderr", piece: string): void {
    this[stream] += piece;
    this.#heard();
  }
}
