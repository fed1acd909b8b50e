import type { LimitSetting, ServingSetting, TimeoutSetting } from "../../../snapshot/serving-setting.ts";
import type { SettingsOptions } from "../options.ts";
import { readClientSettings } from "./client-settings.ts";
import { readLogSettings } from "./log-settings.ts";
import { readProxySettings } from "./proxy-settings.ts";
import type { SettingsReader } from "./settings-reader.ts";
import { readHttp2Setting, readTlsSettings } from "./tls-settings.ts";
import { readUpstreamSettings } from "./upstream-settings.ts";

/** How the data plane is to serve, as far as the ConfigMap says it. */
export function readServing(reader: SettingsReader, options: SettingsOptions): ServingSetting[] {
  const clients = readClientSettings(reader);
  const upstreams = readUpstreamSettings(reader);
  const limits: LimitSetting["values"] = { ...clients.limits, ...upstreams.limits };
  const timeouts: TimeoutSetting["values"] = { ...clients.timeouts, ...upstreams.timeouts };
  const proxies = readProxySettings(reader, options.trustedByFlag);
  const tls = readTlsSettings(reader);
  const http2 = readHttp2Setting(reader);
  const accessLog = readLogSettings(reader, options);
  return [
    ...(Object.keys(limits).length === 0 ? [] : [{ name: "limits", values: limits } as const]),
    ...(Object.keys(timeouts).length === 0 ? [] : [{ name: "timeouts", values: timeouts } as const]),
    ...(proxies === null ? [] : [proxies]),
    ...(tls === null ? [] : [tls]),
    ...(http2 === null ? [] : [http2]),
    ...(accessLog === null ? [] : [accessLog]),
  ];
}
