import { Agent, request } from "node:http";

type What = "route" | "endpoint";

/** Milliseconds between two requests for one change: figures are no finer. */
const STEP = 5;
const PATIENCE = 30_000;
/** Connections, which the kernel spreads over the workers; so many new answers in a row are all of them. */
const CONNECTIONS = 8;

/** Follows changes until they are served: asks again and again, on several connections in turn. */
export class Probes {
  readonly #port: number;
  readonly #agents = Array.from({ length: CONNECTIONS }, () => new Agent({ keepAlive: true, maxSockets: 1 }));
  readonly #running = new Map<string, Promise<void>>();
  /** Milliseconds from a change to the first request served by it; to the first of those after which all connections are. */
  readonly first: Record<What, number[]> = { route: [], endpoint: [] };
  readonly everywhere: number[] = [];
  requests = 0;
  failed = 0;
  problem: string | null = null;

  constructor(port: number) {
    this.#port = port;
  }

  follows(host: string): boolean {
    return this.#running.has(host);
  }

  /** The change was made just now. @param isNew whether an address that answered is one of the new version */
  follow(what: What, host: string, isNew: (address: string) => boolean): void {
    if (this.follows(host)) return;
    const running = this.#follow(what, host, isNew, performance.now()).finally(() => this.#running.delete(host));
    this.#running.set(host, running);
  }

  async finish(): Promise<void> {
    await Promise.all(this.#running.values());
    for (const agent of this.#agents) agent.destroy();
  }

  async #follow(what: What, host: string, isNew: (address: string) => boolean, since: number): Promise<void> {
    let first: number | null = null;
    let inARow = 0;
    let from = 0;
    for (let round = 0; inARow < CONNECTIONS && performance.now() - since < PATIENCE; round += 1) {
      const address = await this.#ask(this.#agents[round % CONNECTIONS] as Agent, host);
      const now = performance.now() - since;
      if (address !== null && isNew(address)) {
        if (inARow === 0) from = now;
        first ??= now;
        inARow += 1;
      } else inARow = 0;
      await new Promise((resolve) => setTimeout(resolve, STEP));
    }
    if (first === null || inARow < CONNECTIONS) this.#fail(`a change of ${host} was not served within ${PATIENCE} ms`);
    this.first[what].push(first ?? PATIENCE);
    this.everywhere.push(from);
  }

  #ask(agent: Agent, host: string): Promise<string | null> {
    this.requests += 1;
    return new Promise((resolve) => {
      const fail = (problem: string): void => {
        this.#fail(problem);
        resolve(null);
      };
      const sent = request({ agent, host: "127.0.0.1", port: this.#port, headers: { host } }, (response) => {
        let body = "";
        response.setEncoding("latin1").on("data", (piece: string) => (body += piece));
        response.on("error", (error) => fail(error.message));
        response.on("end", () => {
          if (response.statusCode === 200) resolve(body);
          else fail(`status ${response.statusCode} for ${host}`);
        });
      });
      sent.on("error", (error) => fail(error.message));
      sent.end();
    });
  }

  #fail(problem: string): void {
    this.failed += 1;
    this.problem ??= problem;
  }
}
