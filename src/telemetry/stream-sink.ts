import { Socket } from "node:net";
import type { Writable } from "node:stream";
import { fileSink } from "./file-sink.ts";
import type { PieceSink } from "./line-writer.ts";

/**
 * A stream as a sink for pieces. On Linux, Node writes a pipe at once where there is room and queues the rest, so a queue means
 * that the reader is behind. After an error (the reader is gone) everything is refused: serving goes on without a log.
 * @param queue bytes that may wait for the reader before pieces are refused
 */
export function streamSink(stream: Writable, queue = 0): PieceSink {
  let broken = false;
  stream.on("error", () => {
    broken = true;
  });
  const { fd } = stream as { readonly fd?: number };
  // Standard output that is a pipe or a terminal is a socket of node:net.
  if (fd !== undefined && !(stream instanceof Socket)) return fileSink(fd);
  unblock(stream);
  return {
    write(piece) {
      if (broken || stream.destroyed || stream.writableLength > queue) return false;
      stream.write(piece);
      return true;
    },
  };
}

/**
 * Node writes to a terminal in blocking mode, so Ctrl-S in it would stop the whole gateway. There is no public way to change that;
 * where this one is gone, terminals block again and nothing else is lost.
 */
function unblock(stream: Writable): void {
  const { _handle: handle } = stream as { _handle?: { setBlocking?: (blocking: boolean) => number } };
  if ((stream as { isTTY?: boolean }).isTTY === true) handle?.setBlocking?.(false);
}
