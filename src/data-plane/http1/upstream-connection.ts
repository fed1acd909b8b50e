import type { Socket } from "node:net";
import type { Deadlines, Expiring } from "../deadlines.ts";
import { Failed } from "../exchange/failure.ts";
import { WholeBody } from "../exchange/whole-body.ts";
import type { GatewayResponse } from "../exchange/response.ts";
import { responseFraming } from "../http/framing.ts";
import { connectionOptions } from "../http/hop-by-hop.ts";
import type { Limits, Timeouts } from "../limits.ts";
import { bodyDecoder } from "./body-decoder.ts";
import { BodyError } from "./chunked-decoder.ts";
import { HeadBuffer } from "./head-buffer.ts";
import { emitData, type Intake, streamIntake } from "./intake.ts";
import { IncomingBody } from "./incoming-body.ts";
import { MessageWriter } from "./message-writer.ts";
import { parseResponseHead, type ResponseHead } from "./response-head.ts";
import type { RunningRequest } from "./running-request.ts";
import type { UpstreamRequest } from "./upstream-request.ts";
import { WriteProgress } from "./write-progress.ts";

/** What a connection needs of its surroundings. */
export interface UpstreamConnectionOptions {
  readonly deadlines: Deadlines;
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  /** The connection is free for another request: both directions are exactly complete. */
  readonly onIdle: (connection: UpstreamConnection) => void;
  readonly onClosed: (connection: UpstreamConnection) => void;
  /** What became of a request: "answered" as soon as the head of its response has come, then "complete", or how it failed. */
  readonly onOutcome: (connection: UpstreamConnection, outcome: "answered" | "complete" | Failed) => void;
}

/** Octets of a body that is kept as text when it came whole with its head. */
const WHOLE_BELOW = 16 * 1024;

/**
 * One connection to an endpoint, one request at a time. It is offered for another request only when the request was sent whole, the
 * response was exactly complete, and nothing else was received (RFC 9112 §9); at any doubt it is destroyed.
 */
export class UpstreamConnection implements Expiring {
  deadline = Infinity;
  /** Requests sent so far. */
  served = 0;
  /** When the last of them began, on the clock of the deadlines. */
  sentAt = 0;
  readonly #socket: Socket;
  readonly #intake: Intake;
  readonly #options: UpstreamConnectionOptions;
  readonly #writer: MessageWriter;
  readonly #writing: WriteProgress;
  readonly #head: HeadBuffer;
  #running: RunningRequest | null = null;
  /** The request whose tunnel the socket has become. */
  #switchedFor: UpstreamRequest | null = null;
  #closed = false;
  #retired = false;

  /** @param socket connected, and with TLS handshaken */
  constructor(socket: Socket, options: UpstreamConnectionOptions, intake: Intake = streamIntake(socket)) {
    this.#socket = socket;
    this.#intake = intake;
    this.#options = options;
    this.#writer = new MessageWriter(socket);
    this.#writing = new WriteProgress(socket);
    this.#head = new HeadBuffer(options.limits.headBytes, options.limits.headBytes);
    intake.take = (piece) => this.#receive(piece);
    socket.on("end", () => this.#ended());
    socket.on("error", (error: Error) => this.#lost(error.message));
    socket.on("close", () => this.#lost("closed"));
    socket.resume();
    options.deadlines.add(this);
  }

  /** Sends a request. @returns the response when its head has come; rejects with a `Failed`. */
  send(request: UpstreamRequest): Promise<GatewayResponse> {
    this.served += 1;
    this.sentAt = this.#options.deadlines.now;
    return new Promise((resolve, reject) => {
      const running: RunningRequest = {
        request,
        resolve,
        reject,
        requestSent: false,
        interim: 0,
        body: null,
        decoder: null,
        persistent: false,
      };
      this.#running = running;
      this.#writer.begin(request.head, request.framing);
      running.requestSent = request.framing.kind === "none";
      this.deadline = this.#nextLook(running);
      if (running.requestSent) return this.#writer.end(null);
      request.body.relayTo(this.#writer).then(
        () => {
          running.requestSent = true;
          if (this.#running === running) this.deadline = this.#nextLook(running);
        },
        (error: unknown) => {
          // The response may have come first; then the connection is gone already.
          if (this.#running === running) this.abort(Failed.from(error));
        },
      );
      this.#writer.flush();
    });
  }

  /** Gives this request up, if it is still the one: by now the connection may serve another client. */
  cancel(request: UpstreamRequest, failure: Failed): void {
    if (this.#running?.request === request) this.abort(failure);
    else if (this.#switchedFor === request) this.#socket.destroy();
  }

  /** Gives the current exchange up, and the connection with it. */
  abort(failure: Failed): void {
    this.#fail(failure);
    this.#destroy();
  }

  /** Closes an idle connection; a busy one closes after its exchange. */
  retire(): void {
    if (this.#running === null) this.#destroy();
    else this.#retired = true;
  }

  expire(): void {
    const running = this.#running;
    if (running === null) return this.#destroy();
    const { request } = running;
    if (this.#socket.isPaused() && running.body?.untouched !== true) {
      // The client does not take the response; its own connection is being watched for that. Where nobody reads, nobody watches.
      this.deadline = this.#options.deadlines.after(request.readTimeout);
    } else if (running.requestSent) {
      this.abort(new Failed("upstream_timeout", `nothing received for ${request.readTimeout} ms`));
    } else if (this.#writing.stalled(this.#options.deadlines.now, request.writeTimeout)) {
      this.abort(new Failed("send_timeout", `no progress in sending for ${request.writeTimeout} ms`));
    } else {
      this.deadline = this.#nextLook(running);
    }
  }

  /** While a request is being sent its progress is looked at every second; then the response has its time. */
  #nextLook({ requestSent, request }: RunningRequest): number {
    return this.#options.deadlines.after(requestSent ? request.readTimeout : 1000);
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    if (this.#running !== null) this.deadline = this.#nextLook(this.#running);
    this.#socket.resume();
  }

  #receive(piece: Buffer): void {
    const running = this.#running;
    // Octets without a request are no response (RFC 9112 §9.2).
    if (running === null) return this.#destroy();
    // Nor are those that came before it was written.
    if (this.#writer.waiting && running.request.framing.kind === "none")
      return this.#lost("the upstream spoke before it was asked");
    this.deadline = this.#nextLook(running);
    try {
      if (running.body === null) this.#receiveHead(running, piece);
      else this.#receiveBody(running, running.body, this.#own(piece), 0);
    } catch (error) {
      const failure = error instanceof BodyError ? new Failed("upstream_invalid", error.message) : Failed.from(error);
      this.abort(failure);
    }
  }

  #receiveHead(running: RunningRequest, piece: Buffer): void {
    for (let input = piece; ; input = this.#head.rest) {
      const text = this.#head.push(input);
      if (text === null) return;
      if (typeof text !== "string") throw new Failed("upstream_invalid", `the response head is ${text.problem}`);
      const head = parseResponseHead(text, this.#options.limits.fields);
      if (head.status === 101) return this.#switchProtocols(running, head);
      if (head.status >= 200) return this.#startBody(running, head);
      if (++running.interim > this.#options.limits.interimResponses) {
        throw new Failed("upstream_invalid", `more than ${this.#options.limits.interimResponses} interim responses`);
      }
      running.request.exchange.sendInterim(head.status, head.headers);
      if (this.#head.restLength === 0) return;
    }
  }

  #startBody(running: RunningRequest, head: ResponseHead): void {
    const framing = responseFraming(head.headers, head.status, running.request.method, head.httpVersion);
    const options = connectionOptions(head.headers);
    running.persistent =
      framing.kind !== "until-close" &&
      !options.includes("close") &&
      (head.httpVersion === "1.1" || options.includes("keep-alive"));
    const { restLength } = this.#head;
    if (framing.kind === "length" && framing.length === restLength && restLength < WHOLE_BELOW) {
      return this.#answerWhole(running, head);
    }
    running.decoder = bodyDecoder(framing, this.#options.limits.fields);
    const length = framing.kind === "length" ? framing.length : framing.kind === "none" ? 0 : null;
    const body = new IncomingBody(length, this, this.#options.limits.bufferedBytes);
    running.body = body;
    this.#options.onOutcome(this, "answered");
    // First, since a body that fails at once must find its reader; who awaits this comes after the body's first piece all the same.
    running.resolve({ status: head.status, reason: head.reason, headers: head.headers, body });
    this.#receiveBody(running, body, this.#own(this.#head.rest), 0);
  }

  /** Head and body came in one piece, as those of most small responses do. */
  #answerWhole(running: RunningRequest, head: ResponseHead): void {
    const body = new WholeBody(this.#head.restText);
    this.#options.onOutcome(this, "answered");
    running.resolve({ status: head.status, reason: head.reason, headers: head.headers, body });
    this.#complete(running, true, true);
  }

  #receiveBody(running: RunningRequest, body: IncomingBody, piece: Buffer, from: number): void {
    let at = from;
    if (running.decoder === null) body.finish(null);
    else at = running.decoder.decode(piece, from, body);
    if (!body.settled) return body.flush();
    this.#complete(running, body.complete, at === piece.length);
  }

  /** A piece that outlives this turn of the event loop. */
  #own(piece: Buffer): Buffer {
    return this.#intake.lends && piece.length > 0 ? Buffer.from(piece) : piece;
  }

  /** @param exact nothing followed the body */
  #complete(running: RunningRequest, complete: boolean, exact: boolean): void {
    this.#running = null;
    if (complete) this.#options.onOutcome(this, "complete");
    if (!complete || !exact || this.#retired || !running.persistent || !running.requestSent) return this.#destroy();
    this.deadline = this.#options.deadlines.after(this.#options.timeouts.upstreamIdle);
    // The reader may have paused us while it still held pieces of the response.
    if (this.#socket.isPaused()) this.#socket.resume();
    this.#options.onIdle(this);
  }

  #switchProtocols(running: RunningRequest, head: ResponseHead): void {
    const asked = running.request.upgrade;
    if (asked === null || head.headers.get("upgrade")?.toLowerCase() !== asked) {
      throw new Failed("upstream_invalid", "101 (Switching Protocols) that nobody asked for");
    }
    this.#running = null;
    this.#switchedFor = running.request;
    this.#options.onOutcome(this, "complete");
    this.#forget();
    for (const event of ["data", "end", "error", "drain"]) this.#socket.removeAllListeners(event);
    // Until the tunnel takes over, an error must find a listener.
    this.#socket.on("error", () => {});
    // Either side of a tunnel may end before the other.
    this.#socket.allowHalfOpen = true;
    this.#socket.pause();
    const tunnel = { socket: this.#socket, firstBytes: this.#own(this.#head.rest) };
    emitData(this.#socket, this.#intake);
    running.resolve({ status: head.status, reason: head.reason, headers: head.headers, body: null, tunnel });
  }

  /** The upstream has sent all it will: the end of a response, or too early. */
  #ended(): void {
    const running = this.#running;
    if (running?.decoder?.endsWithConnection === true) running.body?.finish(null);
    this.#lost("the upstream closed the connection");
  }

  #lost(why: string): void {
    const started = this.#running?.body !== null;
    this.#fail(new Failed(started ? "upstream_truncated" : "upstream_reset", why));
    this.#destroy();
  }

  #fail(failure: Failed): void {
    const running = this.#running;
    if (running === null) return;
    this.#running = null;
    // Where the end of the connection was the end of the body, all is well.
    this.#options.onOutcome(this, running.body?.complete === true ? "complete" : failure);
    if (running.body === null) running.reject(failure);
    else running.body.fail(failure);
  }

  #destroy(): void {
    this.#socket.destroy();
    this.#forget();
  }

  #forget(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.deadline = Infinity;
    this.#options.deadlines.delete(this);
    this.#options.onClosed(this);
  }
}
