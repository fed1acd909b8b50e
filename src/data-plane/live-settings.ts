import type { RoutingSnapshot } from "../snapshot/snapshot.ts";
import { settingNamed, type TlsSetting } from "../snapshot/serving-setting.ts";
import type { DataPlaneOptions } from "./data-plane-options.ts";
import type { ForwardedPolicy } from "./http/forwarded-policy.ts";
import { EVERYBODY, TrustedRanges } from "./http/trusted-ranges.ts";
import { DEFAULT_LIMITS, DEFAULT_TIMEOUTS, type Limits, type Timeouts } from "./limits.ts";

/**
 * How a data plane serves: as it was started, and above that as the snapshot says. Limits, timeouts and ranges are one object each for as long
 * as the data plane lives, and change in place: whoever has them sees the change the next time it looks.
 */
export class LiveSettings {
  readonly limits: Limits;
  readonly timeouts: Timeouts;
  /** Who is believed about the client. */
  readonly trusted: TrustedRanges;
  readonly #options: DataPlaneOptions;
  #revisions: RoutingSnapshot["revisions"]["settings"];
  #proxyProtocol = false;
  #http2 = true;
  #tls: TlsSetting | undefined;
  #forwarded: ForwardedPolicy | null = null;

  /** @throws {Error} when a trusted range is none */
  constructor(options: DataPlaneOptions) {
    this.#options = options;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    this.trusted = new TrustedRanges([]);
    this.#http2 = options.http2 ?? true;
    this.#adoptProxies(undefined);
  }

  /** Connections of who is trusted must begin with a PROXY header. */
  get proxyProtocol(): boolean {
    return this.#proxyProtocol;
  }

  /** What new connections are believed about their clients; null for nothing. */
  get forwarded(): ForwardedPolicy | null {
    return this.#forwarded;
  }

  /** HTTP/2 is offered to clients that come from now on. */
  get http2(): boolean {
    return this.#http2;
  }

  /** How TLS is made with clients that come from now on; undefined: as ever. */
  get tls(): TlsSetting | undefined {
    return this.#tls;
  }

  /**
   * @returns the settings that are otherwise than before
   * @throws {Error} when a trusted range is none; nothing is changed then
   */
  adopt({ settings, revisions }: Pick<RoutingSnapshot, "settings" | "revisions">): ReadonlySet<string> {
    const changed = changedBetween(this.#revisions, revisions.settings);
    if (changed.size === 0) return changed;
    this.#adoptProxies(settings);
    Object.assign(this.limits, DEFAULT_LIMITS, this.#options.limits, settingNamed(settings, "limits")?.values);
    Object.assign(this.timeouts, DEFAULT_TIMEOUTS, this.#options.timeouts, settingNamed(settings, "timeouts")?.values);
    this.#http2 = settingNamed(settings, "http2")?.offered ?? this.#options.http2 ?? true;
    this.#tls = settingNamed(settings, "tls");
    this.#revisions = revisions.settings;
    return changed;
  }

  #adoptProxies(settings: RoutingSnapshot["settings"]): void {
    const { trustedRanges, proxyProtocol = false, forwardedHeaders } = this.#options;
    const set = settingNamed(settings, "proxies");
    this.trusted.become(set?.trusted ?? trustedRanges ?? EVERYBODY);
    this.#proxyProtocol = set?.proxyProtocol ?? proxyProtocol;
    const believed = set?.forwardedHeaders ?? forwardedHeaders !== undefined;
    const field = set?.forwardedFor ?? forwardedHeaders?.field ?? "X-Forwarded-For";
    const full = set?.fullChain ?? forwardedHeaders?.full ?? false;
    this.#forwarded = believed ? { trusted: this.trusted, field: field.toLowerCase(), full } : null;
  }
}

type Revised = RoutingSnapshot["revisions"]["settings"];

function changedBetween(a: Revised, b: Revised): ReadonlySet<string> {
  if (a === b) return new Set();
  return new Set(Object.keys({ ...a?.toJSON(), ...b?.toJSON() }).filter((name) => a?.get(name) !== b?.get(name)));
}
