import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { LoadCounts, LoadOptions } from "./load.ts";
import type { ToTraffic } from "./traffic-main.ts";

/** The process of traffic-main.ts. */
export class Traffic {
  readonly #child: ChildProcess;
  readonly #port: number;

  private constructor(child: ChildProcess, port: number) {
    this.#child = child;
    this.#port = port;
  }

  static async start(): Promise<Traffic> {
    const child = fork(path.join(import.meta.dirname, "traffic-main.ts"), { serialization: "advanced" });
    const [{ port }] = (await once(child, "message")) as [{ port: number }];
    return new Traffic(child, port);
  }

  /** Of all endpoints. */
  get upstreamPort(): number {
    return this.#port;
  }

  load(options: LoadOptions): void {
    this.#tell({ kind: "start", options });
  }

  async stopLoad(): Promise<LoadCounts> {
    const counts = once(this.#child, "message");
    this.#tell({ kind: "stop" });
    return ((await counts) as [LoadCounts])[0];
  }

  close(): void {
    this.#child.kill("SIGKILL");
  }

  #tell(message: ToTraffic): void {
    this.#child.send(message);
  }
}
