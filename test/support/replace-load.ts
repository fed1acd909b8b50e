import { Agent, request } from "node:http";

/** What became of the requests of a load. */
export interface LoadOutcome {
  readonly answered: number;
  /** Everything that is not a 200. */
  readonly lost: readonly string[];
}

/** A load that goes on until it is told to stop: each client asks again as soon as it is answered. */
export class ReplaceLoad {
  readonly #port: number;
  readonly #host: string;
  readonly #agents: Agent[] = [];
  readonly #clients: Promise<void>[] = [];
  readonly #lost: string[] = [];
  #answered = 0;
  #stopped = false;

  /** @param short clients that open a connection for each request @param long clients that keep theirs */
  constructor(port: number, host: string, short: number, long: number) {
    this.#port = port;
    this.#host = host;
    for (let client = 0; client < short + long; client += 1) {
      const agent = new Agent({ keepAlive: client >= short, maxSockets: 1 });
      this.#agents.push(agent);
      this.#clients.push(this.#run(agent));
    }
  }

  get answered(): number {
    return this.#answered;
  }

  /** Resolves when `count` more requests are answered. */
  async more(count: number): Promise<void> {
    const goal = this.#answered + count;
    while (this.#answered < goal && this.#lost.length === 0) await new Promise((resolve) => setImmediate(resolve));
  }

  async stop(): Promise<LoadOutcome> {
    this.#stopped = true;
    await Promise.all(this.#clients);
    for (const agent of this.#agents) agent.destroy();
    return { answered: this.#answered, lost: this.#lost };
  }

  async #run(agent: Agent): Promise<void> {
    while (!this.#stopped) {
      const outcome = await this.#ask(agent);
      if (outcome === "200") this.#answered += 1;
      else this.#lost.push(outcome);
    }
  }

  #ask(agent: Agent): Promise<string> {
    return new Promise((resolve) => {
      const asked = request(
        { host: "127.0.0.1", port: this.#port, agent, headers: { host: this.#host } },
        (response) => {
          response.resume();
          response.on("end", () => resolve(String(response.statusCode)));
          response.on("error", (error) => resolve(error.message));
        },
      );
      asked.on("error", (error) => resolve(error.message));
      asked.end();
    });
  }
}
