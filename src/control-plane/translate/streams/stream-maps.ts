import type { ConfigMap } from "../../resources/config-map.ts";
import { keyOf } from "../../resources/resource-key.ts";
import { compareText } from "../compare-text.ts";
import { namedWithPlace, originOf } from "../place.ts";
import type { Translating } from "../translating.ts";

export type StreamProtocol = "tcp" | "udp";

/** Where ingress-nginx is installed, and its ConfigMaps are. */
const USUAL_NAMESPACE = "ingress-nginx";

/**
 * The ConfigMap whose entries are services of a protocol: the one that is named, else (in `dev`) the one of the usual name, in the namespace
 * ingress-nginx or in the only one that has it.
 */
export function streamMap(
  protocol: StreamProtocol,
  configMaps: readonly ConfigMap[],
  { options, problems }: Translating,
): ConfigMap | null {
  const { streams } = options;
  if (streams === undefined) return null;
  const named = streams[protocol];
  if (named !== undefined) {
    const found = configMaps.find((map) => keyOf(map) === named);
    if (found !== undefined) return found;
    problems.add({
      severity: "warning",
      code: "StreamMapNotFound",
      scope: "reference",
      object: { kind: "Flag", namespace: "", name: `--${protocol}-services-configmap ${named}` },
      message: `there is no ConfigMap ${named}, so no ${protocol.toUpperCase()} port is served`,
      remedy: "Create the ConfigMap, or correct the flag",
    });
    return null;
  }
  if (!streams.byName) return null;
  const usual = configMaps.filter((map) => map.metadata.name === `${protocol}-services`);
  const found = usual.find((map) => map.metadata.namespace === USUAL_NAMESPACE);
  if (found !== undefined) return found;
  if (usual.length <= 1) return usual[0] ?? null;
  const sorted = usual.toSorted((a, b) => compareText(keyOf(a), keyOf(b)));
  for (const map of sorted) {
    const other = sorted.find((one) => one !== map) as ConfigMap;
    problems.add({
      severity: "warning",
      code: "StreamMapAmbiguous",
      scope: "conflict",
      object: originOf(map, ["metadata", "name"]),
      message: `is one of several with this name (another is ${namedWithPlace(originOf(other))}), so none is served`,
      remedy: `Name the one that counts, with --${protocol}-services-configmap ${keyOf(map)}`,
    });
  }
  return null;
}
