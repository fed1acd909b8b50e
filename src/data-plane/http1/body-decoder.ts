import type { Framing } from "../http/framing.ts";
import { ChunkedDecoder } from "./chunked-decoder.ts";
import type { IncomingBody } from "./incoming-body.ts";

/** Takes a body's octets out of what a connection receives. */
export interface BodyDecoder {
  /**
   * Pushes the content of `input` from `at` on into the body, and finishes it at its end.
   * @returns the index of the first octet that is not the body's
   * @throws {BodyError} on framing that is not the standard's
   */
  decode(input: Buffer, at: number, body: IncomingBody): number;
  /** What the end of the connection means for the body. */
  readonly endsWithConnection: boolean;
}

/** @param maxFields trailer fields allowed */
export function bodyDecoder(framing: Framing, maxFields: number): BodyDecoder | null {
  switch (framing.kind) {
    case "none":
      return null;
    case "length":
      return new LengthDecoder(framing.length);
    case "chunked":
      return new ChunkedDecoder(maxFields);
    case "until-close":
      return UNTIL_CLOSE;
  }
}

/** RFC 9112 §6.2. */
class LengthDecoder implements BodyDecoder {
  readonly endsWithConnection = false;
  #left: number;

  constructor(length: number) {
    this.#left = length;
  }

  decode(input: Buffer, at: number, body: IncomingBody): number {
    const end = Math.min(input.length, at + this.#left);
    this.#left -= end - at;
    if (end > at) body.push(at === 0 && end === input.length ? input : input.subarray(at, end));
    if (this.#left === 0) body.finish(null);
    return end;
  }
}

/** RFC 9112 §6.3 rule 8: the response is over when the connection is. */
const UNTIL_CLOSE: BodyDecoder = {
  endsWithConnection: true,
  decode(input, at, body) {
    if (at < input.length) body.push(at === 0 ? input : input.subarray(at));
    return input.length;
  },
};
