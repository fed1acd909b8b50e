import { createSecureContext } from "node:tls";
import type { Http2Setting, TlsSetting } from "../../../snapshot/serving-setting.ts";
import { toggle } from "../annotations/annotation.ts";
import type { Setting } from "./setting.ts";
import { span } from "./setting-values.ts";
import type { SettingsReader } from "./settings-reader.ts";

const VERSIONS = ["TLSv1.2", "TLSv1.3"] as const;
const OLD = /^(?:SSLv[23]|TLSv1(?:\.[01])?)$/;

interface Protocols {
  /** In order, at least one. */
  readonly offered: readonly (typeof VERSIONS)[number][];
  /** What is asked for besides, and too old. */
  readonly old: readonly string[];
}

export const sslProtocols: Setting<Protocols | null> = {
  name: "ssl-protocols",
  fallback: null,
  docs: "Versions of TLS that clients may have, separated by spaces: TLSv1.2 and TLSv1.3. Older ones are not offered. For new connections, as all of these.",
  expected: "TLSv1.2, TLSv1.3, or both",
  parse(text) {
    const asked: readonly string[] = text.split(/\s+/);
    const old = asked.filter((one) => OLD.test(one));
    const offered = VERSIONS.filter((one) => asked.includes(one));
    const known = asked.every((one) => OLD.test(one) || (VERSIONS as readonly string[]).includes(one));
    return known && offered.length > 0 ? { offered, old } : null;
  },
};

export const sslCiphers: Setting<string | null> = {
  name: "ssl-ciphers",
  fallback: null,
  docs: "Ciphers of TLS 1.2, as OpenSSL lists them. Those of TLS 1.3 stay as they are, unless some are named (`TLS_…`).",
  expected: "an OpenSSL cipher list",
  parse: (text) => (/^[A-Za-z0-9+:_\-!@=]+$/.test(text) && isTaken({ ciphers: text }) ? text : null),
};

export const sslEcdhCurve: Setting<string | null> = {
  name: "ssl-ecdh-curve",
  fallback: null,
  docs: "Groups for the exchange of keys, separated by colons; `auto` for ours, which begin with X25519MLKEM768.",
  expected: "auto, or a list of groups such as X25519:prime256v1",
  parse: (text) => (/^[A-Za-z0-9:_-]+$/.test(text) && (text === "auto" || isTaken({ ecdhCurve: text })) ? text : null),
};

export const sslSessionTimeout = span({
  name: "ssl-session-timeout",
  docs: "How long a session of TLS may be resumed.",
});

export const useHttp2: Setting<boolean | null> = {
  ...toggle("use-http2", true, "HTTP/2 for clients that ask for it, over TLS or by its preface."),
  fallback: null,
};

export const TLS_SETTINGS: readonly Setting<unknown>[] = [
  sslProtocols,
  sslCiphers,
  sslEcdhCurve,
  sslSessionTimeout,
  useHttp2,
];

/** How TLS with clients is made; null where nothing is set. */
export function readTlsSettings(reader: SettingsReader): TlsSetting | null {
  const protocols = reader.read(sslProtocols);
  for (const old of protocols?.old ?? []) {
    const what = `names ${old}, which is too old and is not offered`;
    reader.say(sslProtocols.name, "warning", "SettingInvalid", what, "Write TLSv1.2, TLSv1.3, or both");
  }
  const ciphers = reader.read(sslCiphers);
  const groups = reader.read(sslEcdhCurve);
  const lifetime = reader.read(sslSessionTimeout);
  const setting = {
    ...(protocols === null ? {} : { minVersion: protocols.offered[0] ?? "TLSv1.2" }),
    ...(protocols === null ? {} : { maxVersion: protocols.offered.at(-1) ?? "TLSv1.3" }),
    ...(ciphers === null ? {} : { ciphers }),
    ...(groups === null || groups === "auto" ? {} : { groups }),
    ...(lifetime === null ? {} : { sessionTimeout: Math.ceil(lifetime / 1000) }),
  };
  return Object.keys(setting).length === 0 ? null : { name: "tls", ...setting };
}

/** Whether HTTP/2 is offered; null where nothing is set. */
export function readHttp2Setting(reader: SettingsReader): Http2Setting | null {
  const offered = reader.read(useHttp2);
  return offered === null ? null : { name: "http2", offered };
}

function isTaken(options: { readonly ciphers: string } | { readonly ecdhCurve: string }): boolean {
  try {
    createSecureContext(options);
    return true;
  } catch {
    return false;
  }
}
