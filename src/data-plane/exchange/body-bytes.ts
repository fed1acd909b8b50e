import type { Body } from "./body.ts";

/** The whole of a body in memory. @param limit bytes, above which it is not read on; rejects with a `Failed` (`payload_too_large`) then */
export async function bodyBytes(body: Pick<Body, "limit" | "relayTo">, limit: number): Promise<Buffer> {
  body.limit = Math.min(body.limit, limit);
  const pieces: Buffer[] = [];
  await body.relayTo({ write: (piece) => pieces.push(piece) > 0, flush: () => {}, end: () => {}, drained: null });
  return Buffer.concat(pieces);
}
