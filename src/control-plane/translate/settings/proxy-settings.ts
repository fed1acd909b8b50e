import { readRange } from "../../../address-range.ts";
import type { ProxySetting } from "../../../snapshot/serving-setting.ts";
import { toggle } from "../annotations/annotation.ts";
import type { Setting } from "./setting.ts";
import type { SettingsReader } from "./settings-reader.ts";

const AS_BY_FLAG = "what the flag of that name says holds";

function orFlag(name: string, docs: string): Setting<boolean | null> {
  return { ...toggle(name, false, docs), fallback: null, whenInvalid: AS_BY_FLAG };
}

export const useProxyProtocol = orFlag(
  "use-proxy-protocol",
  "Connections of who is trusted must begin with a PROXY header, version 1 or 2, which says who the client is. For new connections, as all of these.",
);

export const useForwardedHeaders = orFlag(
  "use-forwarded-headers",
  "Believe the X-Forwarded-For, -Proto, -Host and -Port of who is trusted.",
);

export const computeFullForwardedFor = orFlag(
  "compute-full-forwarded-for",
  "With `use-forwarded-headers`: send upstreams the whole chain of addresses as X-Forwarded-For, not the client's alone.",
);

export const forwardedForHeader: Setting<string | null> = {
  name: "forwarded-for-header",
  fallback: null,
  docs: "With `use-forwarded-headers`: the field with the client's address.",
  expected: "the name of a header field",
  whenInvalid: AS_BY_FLAG,
  parse: (text) => (/^[A-Za-z0-9-]+$/.test(text) ? text : null),
};

/** Who is trusted, and what of the list is no range. */
interface Ranges {
  readonly good: readonly string[];
  readonly bad: readonly string[];
}

export const proxyRealIpCidr: Setting<Ranges | null> = {
  name: "proxy-real-ip-cidr",
  fallback: null,
  docs: "Addresses and ranges of the load balancers and proxies that are trusted, with `use-proxy-protocol`, `use-forwarded-headers` and TCP services with PROXY. An entry that is none is left out. Empty: nobody. Without it everybody is trusted, unless the flag of that name says otherwise.",
  expected: "a list of addresses and ranges such as 10.0.0.0/8, separated by commas",
  parse(text) {
    const written = text.split(",").map((one) => one.trim());
    const named = written.filter((one) => one !== "");
    return {
      good: named.filter((one) => readRange(one) !== null),
      bad: named.filter((one) => readRange(one) === null),
    };
  },
};

export const PROXY_SETTINGS: readonly Setting<unknown>[] = [
  useProxyProtocol,
  useForwardedHeaders,
  proxyRealIpCidr,
  forwardedForHeader,
  computeFullForwardedFor,
];

/** What is believed of load balancers and proxies; null where nothing is set. @param byFlag who is trusted without the key; undefined: everybody */
export function readProxySettings(reader: SettingsReader, byFlag: readonly string[] | undefined): ProxySetting | null {
  const proxyProtocol = reader.read(useProxyProtocol);
  const forwardedHeaders = reader.read(useForwardedHeaders);
  const ranges = reader.read(proxyRealIpCidr);
  const forwardedFor = reader.read(forwardedForHeader);
  const fullChain = reader.read(computeFullForwardedFor);
  reportBadRanges(reader, ranges?.bad ?? []);
  const trusted = ranges?.good ?? byFlag ?? EVERYBODY;
  if (forwardedHeaders === true) reportEverybody(reader, useForwardedHeaders.name, trusted);
  else if (proxyProtocol === true) reportEverybody(reader, useProxyProtocol.name, trusted);
  const setting = {
    ...(ranges === null ? {} : { trusted: ranges.good }),
    ...(proxyProtocol === null ? {} : { proxyProtocol }),
    ...(forwardedHeaders === null ? {} : { forwardedHeaders }),
    ...(forwardedFor === null ? {} : { forwardedFor }),
    ...(fullChain === null ? {} : { fullChain }),
  };
  return Object.keys(setting).length === 0 ? null : { name: "proxies", ...setting };
}

const EVERYBODY = ["0.0.0.0/0"];

function reportBadRanges(reader: SettingsReader, ranges: readonly string[]): void {
  const { name, expected } = proxyRealIpCidr;
  for (const bad of ranges) {
    const what = `names ${JSON.stringify(bad)}, which is neither an address nor a range; it is not trusted`;
    reader.say(name, "warning", "SettingInvalid", what, `Write ${expected}`);
  }
}

function reportEverybody(reader: SettingsReader, key: string, trusted: readonly string[]): void {
  if (!trusted.some((range) => /\/0+$/.test(range))) return;
  const what = `is true, and ${proxyRealIpCidr.name} is everybody: whoever can connect is believed about the client's address`;
  reader.say(
    key,
    "warning",
    "EverybodyTrusted",
    what,
    `Name your load balancers in ${proxyRealIpCidr.name}, for example 10.0.0.0/8`,
  );
}
