import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { type Bed, HOST } from "./bed.ts";

const NAME = `faults${process.pid % 10_000}`;
const GATEWAY_ADDRESS = "10.203.7.1";

/** Whether this process may make network namespaces. */
export function canMakeNamespaces(): boolean {
  try {
    ip("netns", "add", `${NAME}x`);
    ip("netns", "delete", `${NAME}x`);
    return true;
  } catch {
    return false;
  }
}

/** Clients in a network of their own, whose cable can be cut: nothing they do not say any more reaches the gateway. */
export class VanishingClients {
  readonly #child: ChildProcess;

  /** Opens connections, half of them idle after a request, half in the middle of an upload. */
  static async open(bed: Bed, count: number): Promise<VanishingClients> {
    ip("netns", "add", NAME);
    ip("link", "add", NAME, "type", "veth", "peer", "name", "cli", "netns", NAME);
    ip("addr", "add", `${GATEWAY_ADDRESS}/24`, "dev", NAME);
    ip("link", "set", NAME, "up");
    for (const command of ["addr add 10.203.7.2/24 dev cli", "link set cli up"]) ip("-n", NAME, ...command.split(" "));
    const clients = `
      const net = require("node:net");
      let open = 0;
      for (let i = 0; i < ${count}; i++) {
        const socket = net.connect(${bed.gateway.http}, "${GATEWAY_ADDRESS}", () => {
          socket.write(i % 2 === 0 ? "GET /x HTTP/1.1\\r\\nHost: ${HOST}\\r\\n\\r\\n" : "POST /x HTTP/1.1\\r\\nHost: ${HOST}\\r\\nContent-Length: 100000\\r\\n\\r\\nx");
          if (++open === ${count}) setTimeout(() => process.send("open"), 300);
        });
        socket.on("error", () => {});
      }`;
    const command = ["netns", "exec", NAME, process.execPath, "-e", clients];
    const child = spawn("ip", command, { stdio: ["ignore", "inherit", "inherit", "ipc"] });
    await once(child, "message");
    return new VanishingClients(child);
  }

  constructor(child: ChildProcess) {
    this.#child = child;
  }

  vanish(): void {
    ip("link", "set", NAME, "down");
  }

  close(): void {
    this.#child.kill("SIGKILL");
    ip("netns", "delete", NAME);
  }
}

function ip(...args: readonly string[]): void {
  execFileSync("ip", [...args], { stdio: "pipe" });
}
