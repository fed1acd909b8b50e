import { parseBoolean } from "../annotations/annotation.ts";
import { isEverybody } from "../annotations/not-built.ts";
import type { NotBuiltRow } from "./not-built-row.ts";

const PROTECTS = {
  effect: "unavailable",
  severity: "error",
  code: "ProtectionNotBuilt",
  what: "protects all routes and is not built yet, so they answer 503",
  remedy: "Remove the key only if they may be open to everyone who reaches the gateway",
} as const;

/** Keys that protect: nothing is served without them. */
export const PROTECTING: readonly NotBuiltRow[] = [
  {
    ...PROTECTS,
    keys: { "whitelist-source-range": [] },
    harmless: isEverybody,
    except: { unless: ["whitelist-source-range", "allowlist-source-range"] },
    remedy: "Let the network in front of the gateway do it, or remove the key if the routes may be open to everyone",
  },
  {
    ...PROTECTS,
    keys: { "denylist-source-range": [] },
    except: { unless: ["denylist-source-range"] },
    remedy: "Let the network in front of the gateway do it, or remove the key if the routes may be open to everyone",
  },
  { ...PROTECTS, keys: { "block-cidrs": [], "block-user-agents": [], "block-referers": [] } },
  {
    ...PROTECTS,
    keys: { "global-auth-url": [] },
    except: { unlessFalse: "enable-global-auth" },
    exemptsLocations: true,
  },
  { ...PROTECTS, keys: { "limit-rate": ["0"] }, except: { unless: ["limit-rate"] } },
  { ...PROTECTS, keys: { "enable-modsecurity": ["false"] }, except: { unless: ["enable-modsecurity"] } },
  {
    ...PROTECTS,
    keys: { "http-snippet": [], "server-snippet": [], "location-snippet": [] },
    code: "SnippetNotSupported",
    what: "holds nginx directives, which are never run; they may protect routes, so all answer 503",
    remedy: "Remove the snippet and say what it did with other keys",
  },
  {
    ...PROTECTS,
    keys: { "stream-snippet": [] },
    effect: "streams-unavailable",
    code: "SnippetNotSupported",
    what: "holds nginx directives, which are never run; they may protect TCP and UDP services, so none is served",
    remedy: "Remove the snippet",
  },
  // What belongs to one of the above, which says it all.
  {
    effect: "served",
    severity: "warning",
    code: "SettingWithoutEffect",
    what: "has no effect without the key it belongs to",
    remedy: "Remove the key",
    keys: {
      "global-auth-always-set-cookie": ["false"],
      "global-auth-cache-duration": ["200 202 401 5m"],
      "global-auth-cache-key": [],
      "global-auth-method": [],
      "global-auth-request-redirect": [],
      "global-auth-response-headers": [],
      "global-auth-signin": [],
      "global-auth-signin-redirect-param": ["rd"],
      "global-auth-snippet": [],
      "enable-owasp-modsecurity-crs": ["false"],
      "modsecurity-snippet": [],
      "limit-rate-after": ["0"],
    },
    harmless: (_, textOf) =>
      textOf("global-auth-url") !== "" ||
      parseBoolean(textOf("enable-modsecurity")) === true ||
      !/^0*$/.test(textOf("limit-rate")),
  },
];

/** Names that are nobody's, but are like those of protections: a typing error must not open anything. */
export const LIKE_A_PROTECTION = /^(?:whitelist|allowlist|denylist|block|global-auth)-|-snippet$/;
