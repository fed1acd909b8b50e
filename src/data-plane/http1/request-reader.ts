import type { Body } from "../exchange/body.ts";
import { EMPTY_BODY } from "../exchange/empty-body.ts";
import { Failed } from "../exchange/failure.ts";
import type { Framing } from "../http/framing.ts";
import { type AdmitContext, type Admitted, admit, type Refused } from "./admit.ts";
import { type BodyDecoder, bodyDecoder } from "./body-decoder.ts";
import { BodyError } from "./chunked-decoder.ts";
import { HeadBuffer, LEADING_LINES } from "./head-buffer.ts";
import { type BodySource, IncomingBody } from "./incoming-body.ts";
import { ReadProgress } from "./read-progress.ts";
import { parseRequestHead } from "./request-head.ts";

/** What a reader needs of its connection. */
export interface RequestReaderOptions extends BodySource {
  readonly context: AdmitContext;
  /** See Intake. */
  readonly lends: boolean;
  /** A request came, or something that is none. The reader holds what follows back until `finish`. */
  readonly onRequest: (request: Admitted | Refused) => void;
}

/** Room on the request line for the method, the version and two spaces. */
const LINE_EXTRA = 64;
const HEAD = "HEAD ";
/** What HTTP/2's preface looks like to HTTP/1: a head of this line alone. */
const PREFACE = "PRI * HTTP/2.0\r\n";
const PREFACE_HEAD = Buffer.from(`${PREFACE}\r\n`);

/** Cuts the octets of a client's connection into requests, one at a time; what comes ahead of time waits. */
export class RequestReader {
  readonly #options: RequestReaderOptions;
  readonly #head: HeadBuffer;
  #serving = false;
  #body: IncomingBody | null = null;
  #decoder: BodyDecoder | null = null;
  #progress: ReadProgress | null = null;
  /** Octets behind the current request: the next one, or the first of a tunnel. */
  #ahead: Buffer[] = [];
  #aheadBytes = 0;
  /** The framing of a body was broken: no octet behind it means anything. */
  #poisoned = false;

  constructor(options: RequestReaderOptions) {
    this.#options = options;
    const { limits } = options.context;
    this.#head = new HeadBuffer(limits.headBytes, limits.targetBytes + LINE_EXTRA, LEADING_LINES);
  }

  /** True while part of a head has come. */
  get started(): boolean {
    return this.#head.started;
  }

  /** What is left of a head that will not come whole. */
  refuse(failure: Failed): Refused {
    return { failure, method: this.#head.beginning(HEAD.length) === HEAD ? "HEAD" : "-" };
  }

  /** True while the current request's body has not come whole: then nothing behind it can be found. */
  get unread(): boolean {
    return this.#poisoned || (this.#body !== null && !this.#body.complete);
  }

  /** True where octets came behind the current request. */
  get hasAhead(): boolean {
    return this.#aheadBytes > 0;
  }

  /** Content bytes of the current request. */
  get received(): number {
    return this.#body?.received ?? 0;
  }

  receive(piece: Buffer): void {
    if (this.#serving) this.#receiveBody(this.#own(piece));
    else this.#receiveHead(piece);
  }

  /** The current request is served: reads on with what waits. Must not be called while `unread`. */
  finish(): void {
    this.#serving = false;
    this.#body = null;
    this.#progress = null;
    for (const piece of this.takeAhead()) {
      if (this.#serving) this.#receiveBody(piece);
      else this.#receiveHead(piece);
    }
  }

  /** What waits behind the current request; it waits no more. */
  takeAhead(): Buffer[] {
    const ahead = this.#ahead;
    if (this.#aheadBytes >= this.#options.context.limits.bufferedBytes) this.#options.resume();
    this.#ahead = [];
    this.#aheadBytes = 0;
    return ahead;
  }

  /** The client is gone, or is too slow. */
  fail(failure: Failed): void {
    this.#body?.fail(failure);
  }

  /** To be asked about once a second while we are ready to read on. @param idle milliseconds @returns whether the body is too slow */
  checkProgress(now: number, idle: number): void {
    if (this.#progress === null || this.#body === null || this.#body.settled) return;
    const problem = this.#progress.problem(now, this.#body.received, idle);
    if (problem !== null) this.#body.fail(new Failed("request_timeout", problem));
  }

  #receiveHead(piece: Buffer): void {
    const text = this.#head.push(piece);
    if (text === null) return;
    this.#serving = true;
    this.#options.onRequest(this.#readRequest(text));
  }

  #readRequest(text: string | { readonly problem: keyof typeof HEAD_FAILURES }): Admitted | Refused {
    const { context } = this.#options;
    if (typeof text !== "string") {
      return this.refuse(new Failed(HEAD_FAILURES[text.problem], `the request head is ${text.problem}`));
    }
    try {
      const head = parseRequestHead(text, context.limits.fields);
      const admitted = admit(head, context, (framing) => this.#openBody(framing));
      // What came with the head is looked at before the request is served: most bodies are complete by then.
      if (this.#head.restLength > 0) this.#receiveBody(this.#own(this.#head.rest));
      return admitted;
    } catch (error) {
      const failure = Failed.from(error);
      if (text === PREFACE && !this.#head.led)
        return { failure, method: "-", preface: Buffer.concat([PREFACE_HEAD, this.#head.rest]) };
      return { failure, method: text.startsWith(HEAD) ? "HEAD" : "-" };
    }
  }

  /** A piece that outlives this turn of the event loop. */
  #own(piece: Buffer): Buffer {
    return this.#options.lends ? Buffer.from(piece) : piece;
  }

  #openBody(framing: Framing): Body {
    const { limits } = this.#options.context;
    this.#decoder = bodyDecoder(framing, limits.fields);
    if (this.#decoder === null) return EMPTY_BODY;
    this.#body = new IncomingBody(
      framing.kind === "length" ? framing.length : null,
      this.#options,
      limits.bufferedBytes,
    );
    this.#progress = new ReadProgress();
    return this.#body;
  }

  #receiveBody(piece: Buffer): void {
    if (this.#poisoned) return;
    let at = 0;
    if (this.#decoder !== null && this.#body !== null) {
      at = this.#decode(this.#decoder, this.#body, piece);
      if (!this.#body.complete) return;
      this.#decoder = null;
      // The body may have asked for a pause with its last piece; from here on we read to see the client leave.
      this.#options.resume();
    }
    if (at === piece.length) return;
    this.#ahead.push(at === 0 ? piece : piece.subarray(at));
    this.#aheadBytes += piece.length - at;
    if (this.#aheadBytes >= this.#options.context.limits.bufferedBytes) this.#options.pause();
  }

  #decode(decoder: BodyDecoder, body: IncomingBody, piece: Buffer): number {
    try {
      const at = decoder.decode(piece, 0, body);
      body.flush();
      return at;
    } catch (error) {
      this.#poisoned = true;
      const broken = error instanceof BodyError;
      body.fail(
        broken ? new Failed(error.tooLarge ? "payload_too_large" : "bad_request", error.message) : Failed.from(error),
      );
      return piece.length;
    }
  }
}

const HEAD_FAILURES = {
  malformed: "bad_request",
  "target-too-long": "target_too_long",
  "too-large": "headers_too_large",
} as const;
