import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** The way from an API server to its store, which can be cut: by silence, or by refusing connections. */
export class StoreLink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #store = 0;
  #silent = false;

  static async open(): Promise<StoreLink> {
    const link = new StoreLink();
    link.#server.listen(0, "127.0.0.1");
    await once(link.#server, "listening");
    return link;
  }

  constructor() {
    this.#server = createServer((near) => {
      if (this.#silent) return void this.#keep(near).pause();
      const far = connect(this.#store, "127.0.0.1");
      this.#keep(near).pipe(this.#keep(far)).pipe(near);
      near.once("close", () => far.destroy());
      far.once("close", () => near.destroy());
    });
  }

  /** What an API server is told of its store. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Nothing comes through any more, and nobody is told: as when packets are lost, or the store stands still. */
  silence(): void {
    this.#silent = true;
    for (const socket of this.#sockets) socket.unpipe().pause();
  }

  /** Connections are reset, and so is each new one: as when the store has crashed. */
  refuse(): void {
    this.#silent = false;
    this.#store = 0;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  /** All is well from now on. @param port of the store */
  lead(port: number): void {
    this.#silent = false;
    this.#store = port;
    // Who was silenced has lost what came meanwhile.
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #keep(socket: Socket): Socket {
    this.#sockets.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => this.#sockets.delete(socket));
    return socket;
  }
}
