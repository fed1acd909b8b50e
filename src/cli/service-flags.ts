import { Option } from "commander";
import type { ServiceMap, TranslateOptions } from "../control-plane/translate/options.ts";
import { parseObjectName } from "./flag-values.ts";

/** Flags about where Services are and what is served of them besides HTTP. */
export interface ServiceFlags {
  readonly map?: readonly ServiceMap[];
  readonly tcpServicesConfigmap?: string;
  readonly udpServicesConfigmap?: string;
}

/** @param unless what is said of the flag's absence */
export function servicesFlag(protocol: "tcp" | "udp", unless = ""): Option {
  const what = `ConfigMap with ${protocol.toUpperCase()} services, "9000": "namespace/service:port"`;
  return new Option(`--${protocol}-services-configmap <namespace/name>`, `${what}${unless}`).argParser(parseObjectName);
}

/** What the flags mean for the translator. */
export function serviceOptions(
  { map = [], tcpServicesConfigmap: tcp, udpServicesConfigmap: udp }: ServiceFlags,
  streams: Pick<NonNullable<TranslateOptions["streams"]>, "byName" | "reserved">,
): Pick<TranslateOptions, "maps" | "streams"> {
  return {
    maps: map,
    streams: { ...(tcp === undefined ? {} : { tcp }), ...(udp === undefined ? {} : { udp }), ...streams },
  };
}
