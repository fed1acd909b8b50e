import { createServer, type Server } from "node:https";
import type { IncomingMessage, ServerResponse } from "node:http";
import { FEW, listen, stopListening } from "../../listen.ts";
import type { CertificatePair } from "../../snapshot/pair.ts";
import { answerReview, type AsksFor, type Decision, readReview } from "./admission-review.ts";

/** Called with each answer. @param seconds from the review's head to its answer */
export type OnReviewed = (decision: Decision, seconds: number) => void;

/** Octets: an object has 1.5 MiB at most in etcd, and an update brings the old one along. */
const MOST = 4 * 1024 * 1024;
/** Octets of all reviews that are being received: whoever reaches the port may begin any number of them. */
const MOST_IN_ALL = 32 * 1024 * 1024;
/** Milliseconds; API servers wait ten seconds unless told otherwise. */
const PATIENCE = 10_000;

/** Answers the API server's reviews over HTTPS. Has nothing to do with the traffic that is served. */
export class WebhookServer {
  readonly #server: Server;
  readonly #decide: (asked: AsksFor) => Decision;
  readonly #onProblem: (message: string) => void;
  readonly #onReviewed: OnReviewed;
  #received = 0;

  constructor(
    certificate: CertificatePair,
    decide: (asked: AsksFor) => Decision,
    onReviewed: OnReviewed,
    onProblem: (message: string) => void,
  ) {
    this.#decide = decide;
    this.#onReviewed = onReviewed;
    this.#onProblem = onProblem;
    const patience = { requestTimeout: PATIENCE, headersTimeout: PATIENCE, handshakeTimeout: PATIENCE };
    const options = { ...contextOf(certificate), ...patience, connectionsCheckingInterval: 1000 };
    this.#server = createServer(options, (request, response) => void this.#answer(request, response));
    this.#server.on("tlsClientError", () => undefined);
  }

  /** @param address without host: all addresses @returns the port; rejects with the system's error */
  async listen(address: { readonly host?: string; readonly port: number }): Promise<number> {
    const port = await listen(this.#server, address, FEW);
    this.#server.on("error", (error) => this.#onProblem(`the webhook's port: ${error.message}`));
    return port;
  }

  /** For connections from now on. @throws where TLS does not take it; the one before stays */
  use(certificate: CertificatePair): void {
    this.#server.setSecureContext(contextOf(certificate));
  }

  close(): Promise<void> {
    return stopListening(this.#server);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const started = performance.now();
    response.on("error", () => undefined);
    if (request.method !== "POST") return say(response, 405, "Only AdmissionReviews are answered here, by POST.\n");
    const text = await this.#read(request).catch(() => null);
    if (text === null)
      return say(response, 413, "This is longer than an AdmissionReview, or there are too many at once.\n");
    const asked = readReview(parsed(text));
    if (asked === null) return say(response, 400, "This is no AdmissionReview of admission.k8s.io/v1.\n");
    response.writeHead(200, { "content-type": "application/json" });
    const decision = this.#judge(asked);
    response.end(JSON.stringify(answerReview(asked.uid, decision)));
    this.#onReviewed(decision, (performance.now() - started) / 1000);
  }

  async #read(request: IncomingMessage): Promise<string> {
    const pieces: Buffer[] = [];
    let length = 0;
    try {
      for await (const piece of request as AsyncIterable<Buffer>) {
        length += piece.length;
        this.#received += piece.length;
        if (length > MOST || this.#received > MOST_IN_ALL) throw new Error("too long");
        pieces.push(piece);
      }
      return Buffer.concat(pieces).toString("utf8");
    } finally {
      this.#received -= length;
    }
  }

  /** An error of ours must not keep anybody from deploying. */
  #judge(asked: AsksFor): Decision {
    try {
      return this.#decide(asked);
    } catch (error) {
      const { namespace = "", name = "" } = asked.object?.metadata ?? {};
      this.#onProblem(`Ingress ${namespace}/${name} was not judged, and let through: ${(error as Error).message}`);
      return { allowed: true, message: "", warnings: ["ts-ingress could not judge this Ingress; its log says why"] };
    }
  }
}

function contextOf({ chain, privateKey }: CertificatePair): { cert: string; key: string; minVersion: "TLSv1.2" } {
  return { cert: chain, key: privateKey, minVersion: "TLSv1.2" };
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "text/plain; charset=utf-8", connection: "close" }).end(text);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
