import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/**
 * An address that answers no SYN: a process that listens and never accepts, with its queue filled. Such connections neither fail nor
 * succeed, as those to a node that has lost its power.
 */
export class BlackHole {
  readonly port: number;
  readonly #child: ChildProcess;
  readonly #fillers: readonly Socket[];

  static async open(): Promise<BlackHole> {
    const listenThenSleep = `
      const server = require("node:net").createServer();
      server.listen({ port: 0, host: "127.0.0.1", backlog: 1 }, () => {
        process.send(server.address().port, () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
      });`;
    const child = spawn(process.execPath, ["-e", listenThenSleep], { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const [port] = (await once(child, "message")) as [number];
    const fillers = Array.from({ length: 8 }, () => connect(port, "127.0.0.1").on("error", () => {}));
    return new BlackHole(child, port, fillers);
  }

  constructor(child: ChildProcess, port: number, fillers: readonly Socket[]) {
    this.#child = child;
    this.port = port;
    this.#fillers = fillers;
  }

  close(): void {
    for (const filler of this.#fillers) filler.destroy();
    this.#child.kill("SIGKILL");
  }
}
