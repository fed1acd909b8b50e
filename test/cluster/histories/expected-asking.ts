import type { Ingress } from "../../../src/control-plane/resources/ingress.ts";

/** What the annotations of an Ingress ask for, and the settings where it says nothing. */
export interface Asking {
  readonly withdrawn: boolean;
  /** Its routes answer 503. */
  readonly refused: boolean;
  /** All routes of its hosts answer 503. */
  readonly closesHosts: boolean;
  /** The Secret with the authorities of clients. */
  readonly asks: string | null;
  readonly redirects: "always" | "secured" | "never";
  readonly https: boolean;
  /** Of request bodies. */
  readonly limit: string;
}

const EVERYBODY = "0.0.0.0/0,::/0";

export function asksOf(
  { metadata }: Ingress,
  settings: Readonly<Record<string, string>>,
  hasAuthority: (secret: string) => boolean,
): Asking {
  const asked = (name: string): string | undefined => metadata.annotations[`nginx.ingress.kubernetes.io/${name}`];
  const range = asked("whitelist-source-range");
  const isRestricted = range !== undefined && range !== EVERYBODY;
  const authorities = asked("auth-tls-secret");
  const isHonoured =
    authorities !== undefined && authorities.startsWith(`${metadata.namespace}/`) && hasAuthority(authorities);
  const closesHosts = authorities !== undefined && !isHonoured;
  const protects = isRestricted || asked("auth-type") !== undefined;
  const inGeneral = settings["whitelist-source-range"] !== undefined && range === undefined;
  const whenSecured = asked("ssl-redirect") === "false" ? "false" : (settings["ssl-redirect"] ?? "true");
  const limit = asked("proxy-body-size") ?? settings["proxy-body-size"];
  return {
    withdrawn: asked("canary") !== undefined,
    refused: protects || inGeneral || closesHosts,
    closesHosts,
    asks: isHonoured ? authorities : null,
    redirects: asked("force-ssl-redirect") !== undefined ? "always" : whenSecured === "true" ? "secured" : "never",
    https: asked("backend-protocol") !== undefined,
    limit: limit === undefined ? "no limit" : String(Number.parseInt(limit, 10) * 1024 ** 2),
  };
}
