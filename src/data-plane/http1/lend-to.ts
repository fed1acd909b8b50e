import { Socket } from "node:net";
import { type Intake, lendingIntake, streamIntake } from "./intake.ts";

/** What node:net keeps of the option `onread`, under symbols of its own. */
interface Reading {
  [symbol: symbol]: unknown;
  readonly _handle?: { useUserBuffer?(buffer: Uint8Array): void } | null;
}

/**
 * Gives the reading of `onread` to a socket that was made without it: to one that was accepted, since Node offers it to clients alone. Octets
 * are then received, or decrypted, into a buffer that is there already, instead of a fresh one for each piece. Where Node has changed underneath, the
 * socket is read as the stream it is.
 * @param socket read by nobody yet
 */
export function lendTo(socket: Socket): Intake {
  const reading = socket as unknown as Reading;
  const handle = reading._handle;
  if (SYMBOLS === null || typeof handle?.useUserBuffer !== "function" || socket.readableLength > 0) {
    return streamIntake(socket);
  }
  const { intake, onread } = lendingIntake();
  reading[SYMBOLS.buffer] = onread.buffer;
  reading[SYMBOLS.callback] = onread.callback;
  handle.useUserBuffer(onread.buffer);
  return intake;
}

/** Found on a socket that was made with the option. */
const SYMBOLS = findSymbols();

function findSymbols(): { readonly buffer: symbol; readonly callback: symbol } | null {
  const { onread } = lendingIntake();
  const made = new Socket({ onread });
  const kept = made as unknown as Reading;
  const symbolOf = (value: unknown): symbol | undefined =>
    Object.getOwnPropertySymbols(made).find((symbol) => kept[symbol] === value);
  const buffer = symbolOf(onread.buffer);
  const callback = symbolOf(onread.callback);
  made.destroy();
  return buffer === undefined || callback === undefined ? null : { buffer, callback };
}
