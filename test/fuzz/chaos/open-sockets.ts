import { Socket } from "node:net";

/** The sockets of this process that are open, one a line, with what is known of each from outside: what a campaign says of connections that are left. */
export function openSockets(): string {
  // Not documented, but the only list there is that also holds sockets whose owner has forgotten them.
  const { _getActiveHandles } = process as unknown as { _getActiveHandles: () => object[] };
  const sockets = _getActiveHandles.call(process).filter((one) => one instanceof Socket && one.localPort !== undefined);
  return (sockets as Socket[]).map((one) => `\n  ${describe(one)}`).join("");
}

function describe(socket: Socket): string {
  const reading = socket.readableEnded ? "ended" : socket.isPaused() ? "paused" : "open";
  const writing = socket.writableFinished ? "finished" : socket.writableEnded ? "ending" : "open";
  const listeners = socket.eventNames().map((name) => `${String(name)}*${socket.listenerCount(name)}`);
  return [
    `${socket.constructor.name} ${socket.localPort} to ${socket.remotePort}${socket.destroyed ? ", destroyed" : ""}`,
    `reading ${reading}, ${socket.bytesRead} read, ${socket.readableLength} waiting`,
    `writing ${writing}, ${socket.bytesWritten} written, ${socket.writableLength} waiting`,
    listeners.join(" "),
  ].join("; ");
}
