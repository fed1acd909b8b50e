import { performance } from "node:perf_hooks";
import type { ServerHttp2Stream } from "node:http2";
import type { BodySink } from "../exchange/body.ts";
import { EMPTY_BODY } from "../exchange/empty-body.ts";
import { type Downstream, type Exchange, type ExchangeRecord, newRecord } from "../exchange/exchange.ts";
import { Failed } from "../exchange/failure.ts";
import { GatewayHeaders } from "../exchange/headers.ts";
import type { GatewayRequest } from "../exchange/request.ts";
import type { SecureClient } from "../exchange/secure-client.ts";
import { RELAYED } from "../exchange/relayed.ts";
import type { GatewayResponse, Tunnel } from "../exchange/response.ts";
import { notReturned } from "../http/hop-by-hop.ts";
import { requestId } from "../http/request-id.ts";
import { type AdmitContext, refusedRequest } from "../http1/admit.ts";
import type { DownstreamSurroundings } from "../http1/downstream-surroundings.ts";
import { cutOffTunnel, runTunnel } from "../http1/tunnel.ts";
import type { Timeouts } from "../limits.ts";
import { admitStream } from "./admit-stream.ts";
import { cancelStream, checkRefusal, tunnelFields } from "./extended-connect.ts";
import { fieldRecord } from "./field-record.ts";
import { responseFields } from "./response-fields.ts";
import { StreamBody } from "./stream-body.ts";
import { StreamProgress } from "./stream-progress.ts";
import { StreamWriter } from "./stream-writer.ts";

/** What arrived with a stream. */
export interface Opened {
  readonly stream: ServerHttp2Stream;
  /** Name, value, name, value. */
  readonly block: readonly string[];
  /** The request has no content. */
  readonly ended: boolean;
}

type TunnelSurroundings = Pick<DownstreamSurroundings, "listenerPort" | "deadlines" | "timeouts">;

/** RFC 9113 §7. */
const NO_ERROR = 0;
/** Becomes RST_STREAM with INTERNAL_ERROR. */
const RESET = new Error("the stream is reset");
const NO_FIELDS = new GatewayHeaders();

function discard(): BodySink {
  return { write: () => true, flush: () => {}, end: () => {}, drained: null };
}

/** One stream of a client: a request, and the response to it. */
export class DownstreamStream implements Exchange, Downstream {
  readonly id: string;
  readonly request: GatewayRequest;
  readonly record: ExchangeRecord = newRecord(performance.now());
  readonly listenerPort: number;
  readonly refused: Failed | null;
  readonly secure: SecureClient | null;
  aborted: Failed | null = null;
  headSent = false;
  /** We reset the stream: since the client does not take its response, or since that cannot be completed. */
  resetFor: "stall" | "failure" | null = null;
  readonly #stream: ServerHttp2Stream;
  readonly #ended: boolean;
  readonly #surroundings: TunnelSurroundings;
  readonly #progress: StreamProgress;
  #body: StreamBody | null = null;
  #writer: StreamWriter | null = null;
  #awaitsContinue: boolean;
  #listener: ((failure: Failed) => void) | null = null;
  #over = false;

  /** The stream's errors must have a listener already. */
  constructor({ stream, block, ended }: Opened, context: AdmitContext, surroundings: TunnelSurroundings) {
    this.secure = context.secure ?? null;
    this.#stream = stream;
    this.#ended = ended;
    this.#surroundings = surroundings;
    this.listenerPort = surroundings.listenerPort;
    this.#progress = new StreamProgress(stream);
    let refused: Failed | null = null;
    let request: GatewayRequest;
    try {
      request = admitStream(block, ended, context, (length) => {
        this.#body = new StreamBody(stream, length, context.limits);
        return this.#body.incoming;
      });
    } catch (error) {
      refused = Failed.from(error);
      // An answer to HEAD has no content, whatever else was wrong; node:http2 sees to that.
      request = { ...refusedRequest(context, "-", EMPTY_BODY), httpVersion: "2" };
    }
    this.request = request;
    this.refused = refused;
    this.#awaitsContinue = request.expectsContinue;
    this.id = requestId(request.headers.get("x-request-id"));
    stream.on("aborted", () => this.gone());
    if (refused === null) this.#body?.start(() => this.gone());
  }

  onAborted(listener: ((failure: Failed) => void) | null): void {
    this.#listener = listener;
    if (listener !== null && this.aborted !== null) this.giveUp(this.aborted);
  }

  giveUp(failure: Failed): void {
    const listener = this.#listener;
    this.#listener = null;
    listener?.(failure);
  }

  sendInterim(status: number, headers: GatewayHeaders): void {
    if (this.headSent || !this.#open) return;
    // A client that did not ask must not be told to go on (RFC 9110 §15.2.1).
    if (status === 100 && !this.#awaitsContinue) return;
    if (status === 100) this.#awaitsContinue = false;
    this.#stream.additionalHeaders({ ":status": status, ...fieldRecord(headers, notReturned(headers)) });
  }

  relay(response: GatewayResponse): Promise<void> {
    if (this.aborted !== null) return Promise.reject(this.aborted);
    if (response.tunnel !== undefined) return this.#tunnel(response, response.tunnel);
    if (this.request.upgrade !== null) checkRefusal(response);
    this.record.status = response.status;
    const { block, length } = responseFields(response, this.request.method);
    this.#awaitsContinue = false;
    this.#stream.respond(block, { endStream: length === 0, waitForTrailers: length === null });
    this.headSent = true;
    const { body } = response;
    if (length === 0) {
      // Content where there may be none: taken all the same, or the upstream would wait with it.
      return typeof body === "object" && body !== null && body.length !== 0 ? body.relayTo(discard()) : RELAYED;
    }
    this.#writer = new StreamWriter(this.#stream, length, length === null);
    if (typeof body === "object" && body !== null) return body.relayTo(this.#writer);
    this.#writer.write(Buffer.from(body ?? ""));
    this.#writer.end(null);
    return RELAYED;
  }

  async #tunnel(response: GatewayResponse, tunnel: Tunnel): Promise<void> {
    const { record, request } = this;
    try {
      this.#stream.respond(tunnelFields(response, request.headers.get("sec-websocket-key") ?? ""));
    } catch (error) {
      cutOffTunnel(tunnel);
      throw error;
    }
    this.headSent = true;
    record.status = 200;
    record.tunnelled = true;
    this.#listener = null;
    const { deadlines, timeouts } = this.#surroundings;
    const traffic = await runTunnel(this.#stream, tunnel, [], deadlines, timeouts.tunnelIdle, () => {
      this.resetFor = "failure";
      cancelStream(this.#stream);
    });
    record.requestBytes = traffic.fromClient;
    record.responseBytes = traffic.fromUpstream;
  }

  cutOff(): void {
    this.#over = true;
    this.#reset("failure");
  }

  finish(): void {
    this.#over = true;
    if (this.record.tunnelled) return;
    this.record.requestBytes = this.#body?.incoming.received ?? 0;
    this.record.responseBytes = this.#writer?.contentBytes ?? 0;
    if (this.#ended || this.#body?.incoming.complete === true) return;
    this.#body?.incoming.fail(new Failed("client_closed", "the exchange is over"));
    // RFC 9113 §8.1: the response is whole, and the client need not send the rest.
    if (this.#open) this.#stream.close(NO_ERROR);
  }

  /**
   * To be asked about once a second.
   * @param blocked the session itself waits for the client's TCP to take more: then no stream can be blamed
   */
  watch(now: number, timeouts: Timeouts, blocked: boolean): void {
    // A tunnel has a limit of its own.
    if (this.record.tunnelled) return;
    if (this.#awaitsContinue) this.sendInterim(100, NO_FIELDS);
    if (this.#progress.stalled(now, timeouts.downstreamWrite, this.#over, blocked)) this.#reset("stall");
    else this.#body?.checkProgress(now, timeouts.requestBody);
  }

  /** Not by `close`, which ends what was written before it resets: the client would see the end of a response that is not whole. */
  #reset(why: "stall" | "failure"): void {
    if (this.#stream.destroyed) return;
    this.resetFor = why;
    this.#stream.destroy(RESET);
  }

  get #open(): boolean {
    return !this.#stream.destroyed && !this.#stream.closed;
  }

  /** The stream was reset, or its session is gone; to be called when the stream has closed, however it did. */
  gone(): void {
    if (this.#over || this.record.tunnelled || this.aborted !== null) return;
    const failure = new Failed("client_closed", "the client reset the stream or closed the connection");
    this.aborted = failure;
    this.#body?.incoming.fail(failure);
    this.giveUp(failure);
  }
}
