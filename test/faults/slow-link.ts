import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** A line to a port of loopback on which everything takes its time, and keeps its order. */
export class SlowLink {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  /** @param delay milliseconds one way; up to `jitter` more */
  static async open(to: number, delay: number, jitter = 0): Promise<SlowLink> {
    const link = new SlowLink(to, delay, jitter);
    link.#server.listen(0, "127.0.0.1");
    await once(link.#server, "listening");
    return link;
  }

  constructor(to: number, delay: number, jitter: number) {
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (client) => {
      const far = connect({ port: to, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
      for (const [from, towards] of [
        [client, far],
        [far, client],
      ] as const)
        this.#relay(from, towards, delay, jitter);
    });
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
  }

  #relay(from: Socket, towards: Socket, delay: number, jitter: number): void {
    // Timers that are due at nearly one time do not keep their order by themselves.
    const waiting: { readonly due: number; readonly act: () => void }[] = [];
    const next = (): void => {
      const now = performance.now();
      while (waiting[0] !== undefined && waiting[0].due <= now) waiting.shift()?.act();
      if (waiting[0] !== undefined) setTimeout(next, Math.max(1, waiting[0].due - now));
    };
    const later = (act: () => void): void => {
      waiting.push({ due: performance.now() + delay + Math.random() * jitter, act });
      if (waiting.length === 1) next();
    };
    this.#sockets.add(from);
    from.on("data", (piece: Buffer) => later(() => towards.write(piece)));
    from.on("end", () => later(() => towards.end()));
    from.on("error", () => towards.destroy());
    from.on("close", () => this.#sockets.delete(from));
  }
}
