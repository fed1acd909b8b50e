import { setTimeout as delay } from "node:timers/promises";
import { Waiting } from "../../support/waiting.ts";
import { BusyMachine } from "./busy-machine.ts";
import { type Aim, type Answer, type Client, http1Client, http2Client, uniquePath } from "./clients.ts";

export interface Seen extends Answer {
  /** The pod that answered. */
  readonly pod: string;
}

/** What a gateway answers when it gets too little processor time. */
const TOO_BUSY = "The gateway is overloaded.";
/** Milliseconds until it is known here too whether this machine was busy. */
const HINDSIGHT = 500;
/** Milliseconds that a client waits between two requests. */
const PAUSE = 10;
const BODY = Buffer.alloc(1_500, "x");

/**
 * Clients that go on asking, GET and POST in turn, until they are told to stop. They try nothing twice: whatever is not the right answer
 * of a pod to what was asked has failed. One exception: a gateway refuses requests, as it should, where it gets no processor time; that is
 * only counted while this process gets none either, since the machine has too much to do beside the tests.
 */
export class ClusterLoad {
  readonly #prefix: string;
  readonly #clients: readonly Client[];
  readonly #work: readonly Promise<void>[];
  readonly #waiting = new Waiting();
  readonly #failed: string[] = [];
  readonly #watchers = new Set<(seen: Seen) => void>();
  readonly #began = performance.now();
  readonly #machine = new BusyMachine();
  #answered = 0;
  #refused = 0;
  #stopped = false;

  /** @param aim `prefix`: what paths begin with */
  constructor(aim: Aim & { readonly prefix?: string }) {
    this.#prefix = aim.prefix ?? "/";
    const http1 = [true, true, true, false, false].map((kept) => http1Client(aim, kept));
    const http2 = aim.ca === undefined ? [] : [http2Client(aim), http2Client(aim)];
    this.#clients = [...http1, ...http2];
    this.#work = this.#clients.map((client) => this.#run(client));
  }

  get failed(): readonly string[] {
    return this.#failed;
  }

  /** Resolves at the first answer like this. Rejects at once when a request fails: it will not be the last. */
  async until(what: string, like: (seen: Seen) => boolean): Promise<void> {
    await this.#count(what, 1, (seen, sofar) => sofar + (like(seen) ? 1 : 0));
  }

  /** Resolves when this many answers in a row are like this. */
  async only(what: string, like: (seen: Seen) => boolean, count = 100): Promise<void> {
    await this.#count(`${count} times in a row ${what}`, count, (seen, sofar) => (like(seen) ? sofar + 1 : 0));
  }

  /** Resolves when this many more requests are answered. */
  async more(count: number): Promise<void> {
    await this.#count(`${count} more answers`, count, (_seen, sofar) => sofar + 1);
  }

  async stop(): Promise<{ answered: number; failed: readonly string[]; refused: number }> {
    this.#stopped = true;
    await Promise.all(this.#work);
    this.#machine.close();
    for (const client of this.#clients) client.close();
    return { answered: this.#answered, failed: this.#failed, refused: this.#refused };
  }

  async #count(what: string, goal: number, next: (seen: Seen, sofar: number) => number): Promise<void> {
    let count = 0;
    const watch = (seen: Seen): void => {
      count = next(seen, count);
    };
    this.#watchers.add(watch);
    try {
      await this.#waiting.until(what, () => {
        if (this.#failed.length > 0) throw new Error(`waited for ${what}, but failed: ${this.#failed.join("; ")}`);
        return count >= goal;
      });
    } finally {
      this.#watchers.delete(watch);
    }
  }

  async #run(client: Client): Promise<void> {
    for (let turn = 0; !this.#stopped; turn++) {
      const body = turn % 2 === 0 ? null : BODY;
      const path = uniquePath(this.#prefix);
      try {
        const answer = await client.ask(path, body);
        if (await this.#isRefusedByABusyMachine(answer)) this.#refused += 1;
        else this.#take(answer, path, body?.length ?? 0);
      } catch (error) {
        this.#fail(`${body === null ? "GET" : "POST"}: ${String(error)}`);
      }
      this.#waiting.changed();
      await delay(PAUSE);
    }
  }

  async #isRefusedByABusyMachine({ status, body }: Answer): Promise<boolean> {
    if (status !== 503 || !body.includes(TOO_BUSY)) return false;
    await delay(HINDSIGHT);
    return this.#machine.wasBusy;
  }

  #take(answer: Answer, path: string, length: number): void {
    const [pod = "", asked, got] = answer.body.split(" ");
    if (answer.status !== 200) this.#fail(`status ${answer.status}: ${answer.body.slice(0, 80)}`);
    else if (asked !== path || got !== String(length))
      this.#fail(`an answer to something else: ${answer.body.slice(0, 80)}`);
    else {
      this.#answered += 1;
      for (const watch of this.#watchers) watch({ ...answer, pod });
    }
  }

  #fail(what: string): void {
    this.#failed.push(`after ${Math.round(performance.now() - this.#began)} ms, ${what}`);
  }
}
