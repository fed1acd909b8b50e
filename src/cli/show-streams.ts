import { describeOrigin, describePlace } from "../snapshot/origin.ts";
import type { RoutingSnapshot } from "../snapshot/snapshot.ts";
import type { StreamService } from "../snapshot/stream-service.ts";
import { addressOf } from "./show-routes.ts";
import { table } from "./table.ts";

/** The TCP and UDP services: port, where to, from which ConfigMap and line. Empty where there are none. */
export function showStreams({ streams = [], upstreams }: Pick<RoutingSnapshot, "streams" | "upstreams">): string[] {
  const byName = new Map(upstreams.map((upstream) => [upstream.name, upstream]));
  const rows = streams.toSorted(byPort).map((stream) => {
    const upstream = byName.get(stream.upstream);
    const address = upstream === undefined ? "" : ` = ${addressOf(upstream)}`;
    // The protocol is said in front.
    const name = stream.upstream.replace(/ (?:tcp|udp)$/, "");
    const { origin } = stream;
    return [
      `${stream.protocol.toUpperCase()} ${stream.port}`,
      `-> ${name}${address}`,
      proxying(stream),
      `${describeOrigin(origin)}  ${describePlace(origin)}`,
    ];
  });
  const proxied = rows.some(([, , what]) => what !== "");
  return table(proxied ? rows : rows.map((row) => row.filter((_cell, column) => column !== 2)));
}

function byPort(a: StreamService, b: StreamService): number {
  return a.protocol === b.protocol ? a.port - b.port : a.protocol < b.protocol ? -1 : 1;
}

function proxying({ proxyProtocol }: StreamService): string {
  if (proxyProtocol === undefined) return "";
  const ways = [...(proxyProtocol.in ? ["in"] : []), ...(proxyProtocol.out ? ["out"] : [])];
  return `PROXY ${ways.join(" and ")}`;
}
