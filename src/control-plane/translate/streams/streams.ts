import type { StreamService } from "../../../snapshot/stream-service.ts";
import type { Upstream } from "../../../snapshot/upstream.ts";
import type { ConfigMap } from "../../resources/config-map.ts";
import { originOf } from "../place.ts";
import type { Translating } from "../translating.ts";
import { readStreamEntry } from "./stream-entry.ts";
import { streamMap, type StreamProtocol } from "./stream-maps.ts";
import { streamUpstream } from "./stream-upstream.ts";

/** Ports that are forwarded as they are, and where they lead. */
export interface TranslatedStreams {
  readonly streams: readonly StreamService[];
  readonly upstreams: readonly Upstream[];
}

/** The TCP and UDP services of the ConfigMaps tcp-services and udp-services. An entry that is wrong costs that entry. */
export function streamsOf(configMaps: readonly ConfigMap[], translating: Translating): TranslatedStreams {
  const streams: StreamService[] = [];
  const upstreams = new Map<string, Upstream>();
  for (const protocol of ["tcp", "udp"] as const) {
    const map = streamMap(protocol, configMaps, translating);
    for (const [key, value] of Object.entries(map?.data ?? {})) {
      if (refused(map as ConfigMap, key, translating)) continue;
      const translated = translateEntry(map as ConfigMap, key, value, protocol, translating);
      if (translated === null) continue;
      streams.push(translated.stream);
      upstreams.set(translated.upstream.name, translated.upstream);
    }
  }
  return { streams, upstreams: [...upstreams.values()] };
}

/** Says so where no TCP and UDP service may be served. */
function refused(map: ConfigMap, key: string, { settings, problems }: Translating): boolean {
  const { streamsRefused: why } = settings;
  if (why === null) return false;
  const object = originOf(map, ["data", key]);
  const message = `port ${key} is not served: ${why.message}`;
  const problem = { severity: "error", code: "RefusedInGeneral", scope: "reference" } as const;
  problems.add({ ...problem, object, message, remedy: why.remedy });
  return true;
}

function translateEntry(
  map: ConfigMap,
  key: string,
  value: string,
  protocol: StreamProtocol,
  translating: Translating,
): { readonly stream: StreamService; readonly upstream: Upstream } | null {
  const { problems, options } = translating;
  const origin = originOf(map, ["data", key]);
  const read = readStreamEntry(key, value, protocol);
  if ("problem" in read) {
    problems.add({ severity: "error", scope: "object", object: origin, ...read.problem });
    return null;
  }
  const { port, proxyProtocol } = read.entry;
  const reserved = protocol === "tcp" ? options.streams?.reserved.find((one) => one.port === port) : undefined;
  if (reserved !== undefined) {
    problems.add({
      severity: "error",
      code: "StreamPortReserved",
      scope: "conflict",
      object: origin,
      message: `port ${port} is the gateway's own, for ${reserved.use}`,
      remedy: `Choose another port, or move the gateway's with --${reserved.use}-port`,
    });
    return null;
  }
  const upstream = streamUpstream(read.entry, protocol, origin, translating);
  if (upstream === null) return null;
  const proxying = proxyProtocol === null ? {} : { proxyProtocol };
  const stream = { name: `${protocol} ${port}`, origin, protocol, port, upstream: upstream.name, ...proxying };
  return { stream, upstream };
}
