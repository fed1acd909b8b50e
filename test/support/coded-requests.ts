import { createHash } from "node:crypto";
import { ENCODE } from "./encode.ts";
import { startHttp2Gateway } from "./http2-client.ts";
import { RawClient } from "./raw-client.ts";
import { RecordingUpstream } from "./recording-upstream.ts";

/** Bodies in the codings that `decompress-request` takes off, and the gateway that does. */
export const DECOMPRESS = [{ use: "decompress-request", options: {} }];
export const digest = (data: Buffer): string => createHash("sha256").update(data).digest("hex");
export const lines = (count: number): string => Array.from({ length: count }, (_, line) => `line ${line}\n`).join("");
export const TEXT = lines(20_000);

export async function start(requestBodyLimit?: number) {
  const upstream = await RecordingUpstream.start();
  const limit = requestBodyLimit === undefined ? {} : { requestBodyLimit };
  const gateway = await startHttp2Gateway({ routes: [{ to: upstream, middleware: DECOMPRESS, ...limit }] });
  return { upstream, gateway, client: await RawClient.open(gateway.http) };
}

/** The head of a POST with a coded body. */
export const head = (coding: string, rest: string): string =>
  `POST /x HTTP/1.1\r\nHost: test.example\r\nContent-Encoding: ${coding}\r\n${rest}\r\n\r\n`;
export const sized = (coding: string, body: Buffer): Buffer =>
  Buffer.concat([Buffer.from(head(coding, `Content-Length: ${body.length}`)), body]);
export const chunk = (piece: Buffer | string): Buffer =>
  Buffer.concat([Buffer.from(`${piece.length.toString(16)}\r\n`), Buffer.from(piece), Buffer.from("\r\n")]);

/** As RFC 9110 §8.4 lists them: in the order in which they were put on. */
export const encodeAll = (names: readonly (keyof typeof ENCODE)[], content: Buffer): Buffer =>
  names.reduce((encoded, name) => ENCODE[name](encoded), content);
