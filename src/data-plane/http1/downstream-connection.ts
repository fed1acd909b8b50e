import type { Socket } from "node:net";
import type { Expiring } from "../deadlines.ts";
import { EMPTY_BODY } from "../exchange/empty-body.ts";
import type { Downstream } from "../exchange/exchange.ts";
import { Failed } from "../exchange/failure.ts";
import { GatewayHeaders } from "../exchange/headers.ts";
import { RELAYED } from "../exchange/relayed.ts";
import type { GatewayResponse, Tunnel } from "../exchange/response.ts";
import { type AdmitContext, type Admitted, type Refused, refusedRequest } from "./admit.ts";
import { contextOf } from "./context-of.ts";
import { Http1Exchange } from "./http1-exchange.ts";
import type { Arrived, DownstreamSurroundings } from "./downstream-surroundings.ts";
import { emitData, type Intake, streamIntake } from "./intake.ts";
import { MessageWriter } from "./message-writer.ts";
import { RequestReader, type RequestReaderOptions } from "./request-reader.ts";
import { interimHead, type WrittenHead, writeResponseHead } from "./response-head-writer.ts";
import { runTunnel } from "./tunnel.ts";
import { WriteProgress } from "./write-progress.ts";

export interface DownstreamOptions extends DownstreamSurroundings {
  readonly onClosed: (connection: DownstreamConnection) => void;
  /**
   * Takes the socket, paused, with everything it has received, where the client begins with the preface of HTTP/2; absent: that is a
   * malformed request.
   */
  readonly onPreface?: (socket: Socket, received: Buffer) => void;
}

/** `reading`: waiting for a request or reading its head; `serving`: one is being served; `closing`: the last response is out. */
type State = "reading" | "serving" | "closing" | "tunnel";

/** How much is read and thrown away so that a client that still sends gets to see the answer (RFC 9112 §9.6). */
const LINGERING_BYTES = 64 * 1024;
const NO_FIELDS = new GatewayHeaders();
const ignore = (): void => {};

/** A client's HTTP/1 connection: has its requests served one after another, in order, and writes the responses. */
export class DownstreamConnection implements Downstream, Expiring, RequestReaderOptions {
  deadline: number;
  headSent = false;
  readonly context: AdmitContext;
  readonly lends: boolean;
  readonly #socket: Socket;
  readonly #intake: Intake;
  readonly #options: DownstreamOptions;
  readonly #reader: RequestReader;
  readonly #writer: MessageWriter;
  readonly #writing: WriteProgress;
  readonly #requestLimit: number;
  #state: State = "reading";
  #exchange: Http1Exchange | null = null;
  #served = 0;
  /** The connection ends with the current response. */
  #close = false;
  #awaitsContinue = false;
  #lingered = 0;
  #lingering = false;
  #closed = false;

  constructor({ socket, secure }: Arrived, options: DownstreamOptions, intake: Intake = streamIntake(socket)) {
    this.#socket = socket;
    this.#intake = intake;
    this.#options = options;
    const { limits, timeouts, deadlines } = options;
    this.context = contextOf({ socket, secure }, options);
    this.lends = intake.lends;
    // The connection itself, not functions made for it: they would be a tenth of what an idle one takes in memory.
    this.#reader = new RequestReader(this);
    this.#writer = new MessageWriter(socket);
    this.#writing = new WriteProgress(socket);
    this.#requestLimit = Math.ceil(limits.requestsPerConnection * (1 - Math.random() / 10));
    this.deadline = deadlines.after(timeouts.requestHead);
    intake.take = (piece) => this.#receive(piece);
    socket.on("end", () => this.#ended());
    socket.on("error", ignore);
    socket.on("close", () => this.#gone());
    deadlines.add(this);
    socket.resume();
  }

  /** True between two requests. */
  get idle(): boolean {
    return this.#state === "reading" && !this.#reader.started;
  }

  /** Closes soon where no request comes, since there are too many connections. */
  hurry(): void {
    const { deadlines, timeouts } = this.#options;
    if (this.idle) this.deadline = Math.min(this.deadline, deadlines.after(timeouts.pressedKeepAlive));
  }

  destroy(): void {
    // Of a response that is finished, the last may wait to be written.
    this.#writer.send();
    this.#socket.destroy();
  }

  expire(): void {
    if (this.#state === "serving") this.#watch();
    else if (this.#state === "reading" && this.#reader.started) {
      this.onRequest(this.#reader.refuse(new Failed("request_timeout", "the request head is not complete")));
    } else if (this.#writing.waiting) this.#watch();
    else if (this.#state === "closing" && !this.#lingering) this.#linger();
    else this.destroy();
  }

  relay(response: GatewayResponse): Promise<void> {
    const exchange = this.#exchange as Http1Exchange;
    if (exchange.aborted !== null) return Promise.reject(exchange.aborted);
    const { request } = exchange;
    exchange.record.status = response.status;
    const declined = request.upgrade !== null && response.tunnel === undefined && this.#reader.hasAhead;
    const last = this.#served >= this.#requestLimit || this.#options.ending() !== "not";
    const close = this.#close || response.close === true || this.#reader.unread || declined || last;
    const head = writeResponseHead(response, request, close);
    this.#close = head.close;
    exchange.record.responseHeadBytes = head.text.length;
    this.headSent = true;
    this.#awaitsContinue = false;
    this.#writer.begin(head.text, head.framing);
    return response.tunnel === undefined ? this.#relayBody(response, head) : this.#tunnel(exchange, response.tunnel);
  }

  cutOff(): void {
    this.#close = true;
    this.#writer.send();
    // Where the end of the connection is the end of the body, only a reset can say that it was not; TLS says it by the missing close_notify.
    if (this.headSent && this.#writer.open && this.#options.scheme === "http") this.#socket.resetAndDestroy();
    else this.#socket.destroy();
  }

  finish(): void {
    const record = this.#exchange?.record;
    if (record?.tunnelled === false) {
      record.requestBytes = this.#reader.received;
      // Without a head of its own the writer still counts the message before.
      if (this.headSent) record.responseBytes = this.#writer.contentBytes;
    }
    this.#exchange = null;
    this.#awaitsContinue = false;
    if (this.#closed || this.#state === "tunnel") return;
    // Whoever still takes the body, as a decompressor, is told that no more will come.
    if (this.#reader.unread) this.#reader.fail(new Failed("client_closed", "the exchange is over"));
    if (this.#close || this.#reader.unread) return this.#startClosing();
    if (!this.#socket.writableNeedDrain) return this.#next();
    // A client that sends requests and reads no answers must not fill our memory.
    this.deadline = this.#options.deadlines.after(1000);
    this.#writer.drained = () => {
      this.#writer.drained = null;
      if (this.#socket.destroyed) return;
      // The client may have sent its FIN meanwhile.
      if (this.#close) this.#startClosing();
      else this.#next();
    };
  }

  #next(): void {
    this.#state = "reading";
    this.headSent = false;
    this.deadline = this.#options.deadlines.after(this.#options.timeouts.keepAlive);
    if (this.#socket.isPaused()) this.#socket.resume();
    this.#reader.finish();
    if (this.#state !== "reading") return;
    // The first part of a head may have come with the request before.
    if (this.#reader.started) this.deadline = this.#options.deadlines.after(this.#options.timeouts.requestHead);
    // It could not be told to go, or the response had begun before; a request may be on its way already.
    else if (this.#options.ending() === "leaving") this.#startClosing();
  }

  #receive(piece: Buffer): void {
    if (this.#state === "closing") {
      this.#lingered += piece.length;
      // Not destroyed, since the reset would overtake the answer: what comes now waits with the client until we close.
      if (this.#lingered > LINGERING_BYTES) this.#socket.pause();
      return;
    }
    const fresh = this.idle;
    this.#reader.receive(piece);
    if (fresh && this.#state === "reading")
      this.deadline = this.#options.deadlines.after(this.#options.timeouts.requestHead);
  }

  /** For the body that is being read. */
  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    if (this.#socket.isPaused()) this.#socket.resume();
  }

  /** For the reader: a request has come. */
  onRequest(asked: Admitted | Refused): void {
    const refused = "failure" in asked ? asked.failure : null;
    if (refused !== null && this.#handOver(asked as Refused)) return;
    const request = "failure" in asked ? refusedRequest(this.context, asked.method, EMPTY_BODY) : asked.request;
    this.#close = "failure" in asked || !asked.keepAlive;
    this.#state = "serving";
    this.#served += 1;
    this.#awaitsContinue = request.expectsContinue;
    this.deadline = this.#options.deadlines.after(this.#options.timeouts.expectContinue);
    this.#exchange = new Http1Exchange(request, refused, this.#options.listenerPort, this);
    this.#options.serve(this.#exchange, this);
  }

  /** @returns true when the client turns out to speak HTTP/2: then the socket is no longer ours */
  #handOver({ preface }: Refused): boolean {
    const { onPreface } = this.#options;
    if (onPreface === undefined || preface === undefined || this.#served > 0) return false;
    this.#intake.take = () => {};
    for (const event of ["data", "end", "drain"]) this.#socket.removeAllListeners(event);
    this.#socket.pause();
    this.#gone();
    onPreface(this.#socket, preface);
    return true;
  }

  #relayBody({ body }: GatewayResponse, head: WrittenHead): Promise<void> {
    if (head.framing.kind !== "none" && typeof body === "object" && body !== null) return body.relayTo(this.#writer);
    if (head.framing.kind !== "none" && typeof body === "string") this.#writer.write(Buffer.from(body));
    this.#writer.end(null);
    return RELAYED;
  }

  sendInterim(status: number, headers: GatewayHeaders): void {
    if (this.#exchange === null || this.#exchange.request.httpVersion === "1.0" || this.headSent) return;
    // A client that did not ask must not be told to go on (RFC 9110 §15.2.1).
    if (status === 100 && !this.#awaitsContinue) return;
    if (status === 100) this.#awaitsContinue = false;
    this.#writer.writeAside(interimHead(status, headers));
  }

  async #tunnel(exchange: Http1Exchange, tunnel: Tunnel): Promise<void> {
    this.#state = "tunnel";
    this.deadline = Infinity;
    exchange.onAborted(null);
    exchange.record.tunnelled = true;
    this.#writer.end(null);
    this.#writer.send();
    for (const event of ["data", "end", "drain"]) this.#socket.removeAllListeners(event);
    emitData(this.#socket, this.#intake);
    const { deadlines, timeouts } = this.#options;
    const traffic = await runTunnel(this.#socket, tunnel, this.#reader.takeAhead(), deadlines, timeouts.tunnelIdle);
    exchange.record.requestBytes = traffic.fromClient;
    exchange.record.responseBytes = traffic.fromUpstream;
  }

  /** Limits of a running exchange, or of one whose response is not written out yet: to close would cut it off. Asked about once a second. */
  #watch(): void {
    const { deadlines, timeouts } = this.#options;
    this.deadline = deadlines.after(1000);
    if (this.#awaitsContinue) this.sendInterim(100, NO_FIELDS);
    if (this.#writing.stalled(deadlines.now, timeouts.downstreamWrite)) this.destroy();
    else if (!this.#socket.isPaused()) this.#reader.checkProgress(deadlines.now, timeouts.requestBody);
  }

  /** The client has sent its FIN. Before the answer has begun this means that it left, as it does to nginx (499). */
  #ended(): void {
    if (this.#state === "serving") {
      if (!this.headSent || this.#reader.unread) this.#abort("the client closed the connection");
      else this.#close = true;
    } else if (this.#state === "closing" && this.#socket.writableFinished) this.destroy();
    else {
      this.#writer.send();
      this.#socket.end();
    }
  }

  #gone(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.deadline = Infinity;
    if (this.#state === "serving") this.#abort("the connection was lost");
    this.#options.deadlines.delete(this);
    this.#options.onClosed(this);
  }

  #abort(why: string): void {
    const failure = new Failed("client_closed", why);
    this.#close = true;
    this.#reader.fail(failure);
    this.#exchange?.abort(failure);
    this.destroy();
  }

  #startClosing(): void {
    this.#state = "closing";
    this.#writer.send();
    this.#linger();
    this.#socket.resume();
    this.#socket.end();
  }

  /** From when everything is written on, a client that still sends has this long to see it. */
  #linger(): void {
    this.#lingering = !this.#writing.waiting;
    this.deadline = this.#options.deadlines.after(this.#lingering ? this.#options.timeouts.lingering : 1000);
  }
}
