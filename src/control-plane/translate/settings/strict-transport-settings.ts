import { toggle } from "../annotations/annotation.ts";
import type { Setting } from "./setting.ts";
import { wholeNumber } from "./setting-values.ts";
import type { SettingsReader } from "./settings-reader.ts";

/** Whether browsers are told to come by HTTPS alone, and how (RFC 6797 §6.1). */
export interface StrictTransport {
  /** null: by Ingresses of class nginx, as ingress-nginx does. */
  readonly asked: boolean | null;
  /** Of the field Strict-Transport-Security. */
  readonly value: string;
}

const hsts: Setting<boolean | null> = {
  ...toggle(
    "hsts",
    true,
    "Send Strict-Transport-Security with responses over TLS: `true` for all Ingresses, `false` for none. Default: for those of class nginx alone. `dev` sends none.",
  ),
  fallback: null,
};
const hstsMaxAge = wholeNumber(
  { name: "hsts-max-age", docs: "Seconds that browsers remember it. Default: 31536000, a year." },
  0,
  999_999_999,
);
const hstsIncludeSubdomains = toggle("hsts-include-subdomains", true, "Whether it holds for subdomains too.");
const hstsPreload = toggle("hsts-preload", false, "Whether browsers may build it in.");

export const STRICT_TRANSPORT_SETTINGS: readonly Setting<unknown>[] = [
  hsts,
  hstsMaxAge,
  hstsIncludeSubdomains,
  hstsPreload,
];

export const DEFAULT_STRICT_TRANSPORT: StrictTransport = {
  asked: hsts.fallback,
  value: valueOf(hstsMaxAge.fallback, hstsIncludeSubdomains.fallback, hstsPreload.fallback),
};

export function readStrictTransport(reader: SettingsReader): StrictTransport {
  const value = valueOf(reader.read(hstsMaxAge), reader.read(hstsIncludeSubdomains), reader.read(hstsPreload));
  return { asked: reader.read(hsts), value };
}

function valueOf(maxAge: number | null, subdomains: boolean, preload: boolean): string {
  return `max-age=${maxAge ?? 31_536_000}${subdomains ? "; includeSubDomains" : ""}${preload ? "; preload" : ""}`;
}
