import { createHash, randomBytes } from "node:crypto";
import type { Readable } from "node:stream";

export const MIB = 1_048_576;
/** One block, sent again and again with its number in front: random enough that a lost or swapped piece shows in the sum. */
export const BLOCK = randomBytes(MIB);

/** @param count MiB */
export async function* blocks(count: number): AsyncGenerator<Buffer> {
  for (let index = 0; index < count; index++) {
    BLOCK.writeUInt32BE(index);
    yield Buffer.from(BLOCK);
  }
}

/** How much came, and what it was. */
export async function sum(source: Readable): Promise<{ bytes: number; digest: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const piece of source as AsyncIterable<Buffer>) {
    hash.update(piece);
    bytes += piece.length;
  }
  return { bytes, digest: hash.digest("hex") };
}
