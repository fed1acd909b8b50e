import type { RoutingSnapshot } from "../snapshot/snapshot.ts";
import { settingNamed } from "../snapshot/serving-setting.ts";
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
  #forwarded: ForwardedPolicy | null = null;

  /** @throws {Error} when a trusted range is none */
  constructor(options: DataPlaneOptions) {
    this.#options = options;
    this.limits = { ...DEFAULT_LIMITS, ...options.limits };
    this.timeouts = { ...DEFAULT_TIMEOUTS, ...options.timeouts };
    this.trusted = new TrustedRanges([]);
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

  /**
   * @returns whether anything is otherwise than before
   * @throws {Error} when a trusted range is none; nothing is changed then
   */
  adopt({ settings, revisions }: Pick<RoutingSnapshot, "settings" | "revisions">): boolean {
    if (isSame(this.#revisions, revisions.settings)) return false;
    this.#adoptProxies(settings);
    Object.assign(this.limits, DEFAULT_LIMITS, this.#options.limits, settingNamed(settings, "limits")?.values);
    Object.assign(this.timeouts, DEFAULT_TIMEOUTS, this.#options.timeouts, settingNamed(settings, "timeouts")?.values);
    this.#revisions = revisions.settings;
    return true;
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

function isSame(a: Revised, b: Revised): boolean {
  const names = Object.keys({ ...a, ...b });
  return names.every((name) => a?.[name] === b?.[name]);
}
