import { pause, type Timers } from "../timers.ts";
import { decide, type Known } from "./admission.ts";
import type { CertificateSource } from "./certificate-source.ts";
import type { CertificatePair } from "../../snapshot/pair.ts";
import { Surroundings } from "./surroundings.ts";
import { type OnReviewed, WebhookServer } from "./webhook-server.ts";

export interface ValidatingWebhookOptions {
  /** Without a host: all addresses. Port 0: any free one. */
  readonly address: { readonly host?: string; readonly port: number };
  readonly certificate: CertificateSource;
  /** What Ingresses are judged by; null while nothing is known. */
  readonly known: () => Known | null;
  readonly timers: Timers;
  readonly onReviewed: OnReviewed;
  /** What the operator should hear of. */
  readonly onProblem: (message: string) => void;
}

/** Milliseconds until a certificate that could not be had is asked for again. */
const AGAIN = 30_000;

/**
 * The validating webhook: a port of its own that the API server asks. Where it has no certificate yet it does not listen, and where it does not
 * answer Ingresses are stored unjudged (`failurePolicy: Ignore`).
 */
export class ValidatingWebhook {
  readonly #options: ValidatingWebhookOptions;
  readonly #stop = new AbortController();
  #running: Promise<void> | null = null;
  #server: WebhookServer | null = null;
  readonly #surroundings = new Surroundings();
  #used: CertificatePair | null = null;
  #problem = "";

  constructor(options: ValidatingWebhookOptions) {
    this.#options = options;
  }

  /** Resolves when it listens or has told why it does not yet: then it tries again by itself. @returns the port; null: not yet */
  async start(): Promise<number | null> {
    const port = await this.#listen();
    this.#running = this.#follow();
    return port;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.all([this.#running, this.#server?.close()]);
  }

  async #listen(): Promise<number | null> {
    const { certificate, address, known, onReviewed, onProblem } = this.#options;
    let server: WebhookServer | null = null;
    try {
      const first = await certificate.get();
      server = new WebhookServer(first, (asked) => decide(asked, known(), this.#surroundings), onReviewed, onProblem);
      const port = await server.listen(address);
      this.#used = first;
      this.#server = server;
      this.#tell("");
      return port;
    } catch (error) {
      this.#tell(`the validating webhook does not answer: ${(error as Error).message}`);
      return null;
    }
  }

  /** Certificates are renewed, by whoever made them. */
  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    const { timers, certificate } = this.#options;
    for (;;) {
      await pause(timers, this.#problem === "" ? certificate.interval : AGAIN, signal);
      if (signal.aborted) return;
      if (this.#server === null) await this.#listen();
      else await this.#renew(this.#server);
    }
  }

  async #renew(server: WebhookServer): Promise<void> {
    try {
      const next = await this.#options.certificate.get();
      if (next.chain !== this.#used?.chain || next.privateKey !== this.#used.privateKey) server.use(next);
      this.#used = next;
      this.#tell("");
    } catch (error) {
      this.#tell(`the validating webhook keeps its certificate: ${(error as Error).message}`);
    }
  }

  #tell(problem: string): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    if (problem !== "") this.#options.onProblem(problem);
  }
}
