import type { Duplex } from "node:stream";
import type { Deadlines, Expiring } from "../deadlines.ts";
import type { Tunnel } from "../exchange/response.ts";

/** Milliseconds that one side has, once the other is closed or the upstream has ended, to take what is left for it and to close too. */
const LAST_WORDS = 30_000;

/** Ends the upstream's half so that it sees that it was cut off. */
export function cutOffTunnel({ socket, cutOff }: Tunnel): void {
  if (cutOff === undefined) socket.destroy();
  else cutOff();
}

/** What went through a tunnel, in bytes. */
export interface TunnelTraffic {
  fromClient: number;
  fromUpstream: number;
}

/**
 * Joins a client to its tunnel byte by byte, with back-pressure and half-close both ways, until both are closed or nothing moved for `usual` ms, or longer where the route allows it. Once
 * one is closed, or the upstream has said its last, the other follows soon, whether its peer closes it or not.
 * @param early what the client has sent already
 * @param cutOffClient ends the client's side so that it sees that it was cut off
 * @param patient an upstream that has said its last may be spoken to for as long as anything moves
 * @returns the traffic, when both are closed
 */
export function runTunnel(
  client: Duplex,
  tunnel: Tunnel,
  early: readonly Buffer[],
  deadlines: Deadlines,
  usual: number,
  cutOffClient: () => void = () => void client.destroy(),
  patient = false,
): Promise<TunnelTraffic> {
  const { socket: upstream, firstBytes } = tunnel;
  const idle = Math.max(usual, tunnel.idle ?? 0);
  const cutOff = (side: Duplex): void => (side === client ? cutOffClient() : cutOffTunnel(tunnel));
  return new Promise((resolve) => {
    const traffic: TunnelTraffic = { fromClient: 0, fromUpstream: 0 };
    let open = 2;
    let unwritten = 0;
    let ending = false;
    const expire = (): void => {
      const left = client.writableLength + upstream.writableLength;
      if ((open === 2 && !ending) || left === 0 || left === unwritten) return destroyBoth();
      // One side has said its last, and the other is still reading it.
      unwritten = left;
      watch.deadline = deadlines.after(LAST_WORDS);
    };
    const watch: Expiring = { deadline: deadlines.after(idle), expire };
    const destroyBoth = (): void => {
      cutOff(client);
      cutOff(upstream);
    };
    const closed = (): void => {
      open -= 1;
      if (open > 0) {
        watch.deadline = deadlines.after(Math.min(idle, LAST_WORDS));
        return;
      }
      deadlines.delete(watch);
      resolve(traffic);
    };
    const join = (from: Duplex, to: Duplex, count: (bytes: number) => void): void => {
      from.on("data", (piece: Buffer) => {
        // The other side is gone: nobody hears this.
        if (open < 2) return;
        count(piece.length);
        if (!ending) watch.deadline = deadlines.after(idle);
        if (!to.write(piece)) from.pause();
      });
      to.on("drain", () => from.resume());
      from.on("end", () => to.end());
      from.on("error", destroyBoth);
      from.on("close", () => {
        // A socket that was closed without an end was cut off: the other side must see that too.
        if (!from.readableEnded) cutOff(to);
        else if (!to.writableEnded) to.end();
        to.resume();
        closed();
      });
    };
    join(client, upstream, (bytes) => void (traffic.fromClient += bytes));
    join(upstream, client, (bytes) => void (traffic.fromUpstream += bytes));
    upstream.on("end", () => {
      if (patient) return;
      ending = true;
      watch.deadline = deadlines.after(Math.min(idle, LAST_WORDS));
    });
    deadlines.add(watch);
    for (const piece of early) upstream.write(piece);
    if (firstBytes.length > 0) client.write(firstBytes);
    // An end that came before we listened for it is told by nobody again.
    if (client.readableEnded) upstream.end();
    if (upstream.readableEnded) client.end();
    client.resume();
    upstream.resume();
    if (client.destroyed || upstream.destroyed) destroyBoth();
  });
}
