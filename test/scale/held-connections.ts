import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { LONG_PATH } from "./upstream.ts";

/** What became of connections that were there before something happened. */
export interface Held {
  readonly idleClosed: number;
  readonly longCut: number;
}

/** Clients that keep their connections: some between two requests, some within a long response. */
export class HeldConnections {
  readonly #idle: Socket[] = [];
  readonly #long: Socket[] = [];
  #idleClosed = 0;
  #longCut = 0;

  /** @param hosts of the requests, one after another */
  static async open(port: number, hosts: readonly string[], idle: number, long: number): Promise<HeldConnections> {
    const held = new HeldConnections();
    const hostAt = (index: number): string => hosts[index % hosts.length] ?? "";
    for (let index = 0; index < idle; index += 1) {
      const socket = await asked(port, hostAt(index), "/");
      socket.once("close", () => (held.#idleClosed += 1));
      held.#idle.push(socket);
    }
    for (let index = 0; index < long; index += 1) {
      const socket = await asked(port, hostAt(index), LONG_PATH);
      socket.once("close", () => (held.#longCut += 1));
      held.#long.push(socket);
    }
    return held;
  }

  get lost(): Held {
    return { idleClosed: this.#idleClosed, longCut: this.#longCut };
  }

  close(): void {
    for (const socket of [...this.#idle, ...this.#long]) socket.destroy();
  }
}

/** Resolves when the response has begun; that of a short request is then there. */
async function asked(port: number, host: string, path: string): Promise<Socket> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  await once(socket, "data");
  return socket;
}
