import type { NotBuiltRow } from "./not-built-row.ts";

const row = (keys: NotBuiltRow["keys"], remedy: string): NotBuiltRow => ({
  effect: "served",
  severity: "warning",
  code: "SettingNotBuilt",
  what: "is not built and has no effect",
  remedy,
  keys,
});

const BY_ANNOTATION = "Remove the key, or accept that the routes are served without it";

/** Keys that change how routes are served, and are not built: they are served without. */
export const LEFT_ALONE: readonly NotBuiltRow[] = [
  row({ "add-headers": [] }, "Remove the key, and have the applications send the header fields"),
  row(
    { "proxy-set-headers": [], "hide-headers": [], "global-allowed-response-headers": [] },
    "Remove the key, and accept that header fields go on as they came",
  ),
  row(
    { "server-tokens": ["false"], "allow-backend-server-header": ["true"] },
    "Remove the key: the gateway names itself nowhere, and a Server field of an upstream goes on as it came",
  ),
  row(
    { "enable-underscores-in-headers": ["false"] },
    "Rename the header fields: those with an underscore in the name are dropped",
  ),
  row({ "ignore-invalid-headers": ["true"] }, "Remove the key: a malformed header field is answered 400"),
  row({ "generate-request-id": ["true"] }, "Remove the key: a request without X-Request-ID always gets one"),
  row(
    {
      "forwarded-host-header": ["X-Forwarded-Host"],
      "forwarded-for-proxy-protocol-header": ["X-Forwarded-For-Proxy-Protocol"],
      "proxy-add-original-uri-header": ["false"],
    },
    "Remove the key; X-Forwarded-For, -Host, -Port, -Proto and X-Real-IP are sent in any case",
  ),
  row({ "enable-real-ip": ["false"] }, "Use use-forwarded-headers together with proxy-real-ip-cidr"),
  row(
    { "proxy-protocol-header-timeout": ["5s"] },
    "Remove the key: a PROXY header is waited for as long as client-header-timeout says",
  ),
  row(
    {
      "custom-http-errors": [],
      "disable-proxy-intercept-errors": ["false"],
      "proxy-next-upstream": ["error timeout"],
      "proxy-next-upstream-timeout": ["0"],
      "retry-non-idempotent": ["false"],
      "load-balance": ["round_robin"],
      "service-upstream": ["false"],
      "upstream-hash-by": [],
      "upstream-hash-by-subset": ["false"],
      "upstream-hash-by-subset-size": ["3"],
      "app-root": [],
      "relative-redirects": ["false"],
      "proxy-cookie-domain": ["off"],
      "proxy-cookie-path": ["off"],
      "proxy-redirect-from": ["off"],
      "proxy-redirect-to": ["off"],
      "proxy-http-version": ["1.1"],
      "proxy-ssl-location-only": ["false"],
    },
    BY_ANNOTATION,
  ),
  row(
    { "proxy-buffering": ["off"], "proxy-max-temp-file-size": ["1024m"] },
    "Remove the key: responses are passed on as they come, and nothing is written to a disk",
  ),
  row(
    {
      "limit-req-status-code": ["503"],
      "limit-conn-status-code": ["503"],
      "limit-conn-zone-variable": ["$binary_remote_addr"],
    },
    "Remove the key: limits on requests are not built",
  ),
  row(
    { "ssl-reject-handshake": ["false"] },
    "Remove the key: clients that ask for no host of ours are shown the default certificate",
  ),
  row({ "ssl-early-data": ["false"], "enable-ocsp": ["false"] }, "Remove the key"),
  row(
    { "ssl-session-tickets": ["true"], "ssl-session-ticket-key": [] },
    "Remove the key: sessions are resumed by tickets, whose keys the gateway makes, and rotates each 12 hours",
  ),
  row(
    { "allow-snippet-annotations": ["false"] },
    "Remove the key: snippets are never run, and routes with one answer 503",
  ),
  row(
    { "allow-cross-namespace-resources": ["false"] },
    "Copy the Secrets and ConfigMaps to the namespaces of the Ingresses that name them",
  ),
  row(
    {
      "access-log-path": ["/var/log/nginx/access.log", "/dev/stdout"],
      "http-access-log-path": ["/dev/stdout"],
      "stream-access-log-path": ["/dev/stdout"],
      "error-log-path": ["/var/log/nginx/error.log", "/dev/stderr"],
      "access-log-params": [],
      "enable-syslog": ["false"],
      "syslog-host": [],
      "syslog-port": ["514"],
      "log-format-stream": [],
      "log-format-escape-none": ["false"],
      "enable-access-log-for-default-backend": ["true"],
      "enable-auth-access-log": ["false"],
    },
    "Take the access log from stdout, and messages from stderr",
  ),
  row(
    {
      "opentelemetry-trust-incoming-span": ["true"],
      "opentelemetry-operation-name": [],
      "otel-sampler-parent-based": ["true"],
      "otel-max-queuesize": ["2048"],
      "otel-schedule-delay-millis": ["5000"],
      "otel-max-export-batch-size": ["512"],
    },
    "Remove the key: a trace that a request is in is continued, and spans are sent in batches",
  ),
  row(
    { "use-geoip": ["false"], "use-geoip2": ["false"], "geoip2-autoreload-in-minutes": ["0"] },
    "Remove the key, and look addresses up in the applications",
  ),
  row(
    {
      "proxy-stream-next-upstream": ["true"],
      "proxy-stream-next-upstream-timeout": ["600s"],
      "proxy-stream-next-upstream-tries": ["3"],
      "proxy-stream-responses": ["1"],
    },
    "Remove the key: another endpoint is tried while nothing was sent, and datagrams are answered by any number",
  ),
  row({ "main-snippet": [] }, "Remove the snippet: nginx directives are never run"),
];
