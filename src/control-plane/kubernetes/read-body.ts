import type { IncomingMessage } from "node:http";
import { Unreachable } from "./api-error.ts";

/** A page holds 500 objects of at most 1.5 MB (etcd's limit), in practice of some KB. */
const LARGEST = 256 * 1024 * 1024;

/**
 * The whole answer as text.
 * @param heard called with each piece
 * @throws {Unreachable} when it is cut off, or larger than 256 MB
 */
export async function readBody(response: IncomingMessage, heard: () => void): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  try {
    for await (const piece of response as AsyncIterable<Buffer>) {
      heard();
      size += piece.length;
      if (size > LARGEST) throw new Unreachable("the API server's answer is larger than 256 MB", "TOO_LARGE");
      pieces.push(piece);
    }
  } catch (error) {
    if (error instanceof Unreachable) throw error;
    const { code = "", message } = error as NodeJS.ErrnoException;
    throw new Unreachable(`the API server's answer was cut off: ${message}`, code, error);
  }
  return Buffer.concat(pieces, size).toString("utf8");
}

/** @throws {Unreachable}: whoever answers so is no API server, or is cut off in a way that HTTP does not show. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Unreachable(`the API server's answer is not JSON: ${(error as Error).message}`, "NOT_JSON", error);
  }
}
