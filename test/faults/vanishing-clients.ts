import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type Bed, HOST } from "./bed.ts";
import { Network } from "./network.ts";

/** Clients in a network of their own, whose cable can be cut: nothing they do not say any more reaches the gateway. */
export class VanishingClients {
  readonly #child: ChildProcess;
  readonly #network: Network;

  /** Opens connections, half of them idle after a request, half in the middle of an upload. */
  static async open(bed: Bed, count: number): Promise<VanishingClients> {
    const network = new Network();
    const clients = `
      const net = require("node:net");
      let open = 0;
      for (let i = 0; i < ${count}; i++) {
        const socket = net.connect(${bed.gateway.http}, "${network.here}", () => {
          socket.write(i % 2 === 0 ? "GET /x HTTP/1.1\\r\\nHost: ${HOST}\\r\\n\\r\\n" : "POST /x HTTP/1.1\\r\\nHost: ${HOST}\\r\\nContent-Length: 100000\\r\\n\\r\\nx");
          if (++open === ${count}) setTimeout(() => process.send("open"), 300);
        });
        socket.on("error", () => {});
      }`;
    const [program, ...rest] = [...network.inside, process.execPath, "-e", clients];
    const child = spawn(program, rest, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    await once(child, "message");
    return new VanishingClients(child, network);
  }

  constructor(child: ChildProcess, network: Network) {
    this.#child = child;
    this.#network = network;
  }

  vanish(): void {
    this.#network.cut();
  }

  close(): void {
    this.#child.kill("SIGKILL");
    this.#network.close();
  }
}
