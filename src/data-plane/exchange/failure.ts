/** Whose fault it is: decides what health checks learn and how a dashboard reads. */
export type FailureSide = "downstream" | "gateway" | "upstream";

/**
 * When the request may be sent again to another endpoint.
 * `never`: the answer would be the same, or the request may have had an effect. `unsent`: no byte of the request reached an upstream.
 * `unprocessed`: as `unsent`, or what was sent of it is kept and can be sent again.
 * `reused`: only when the connection was a pooled one, the method idempotent and the body untouched (RFC 9110 §9.2.2).
 */
export type RetryRule = "never" | "unsent" | "unprocessed" | "reused";

interface FailureRow {
  readonly side: FailureSide;
  /** What the client is answered; 0 where nobody is left to answer. */
  readonly status: number;
  readonly retry: RetryRule;
  /** One sentence for the client: no name of an internal thing in it. */
  readonly text: string;
}

/** Every way to fail. No status code is chosen anywhere else in the data plane. */
export const FAILURES = {
  bad_request: row("downstream", 400, "never", "The request is malformed."),
  proxy_header_invalid: row("downstream", 400, "never", "The connection does not begin as it must."),
  plain_on_tls: row("downstream", 400, "never", "A plain HTTP request was sent to the HTTPS port."),
  request_timeout: row("downstream", 408, "never", "The request did not arrive in time."),
  method_not_allowed: row("downstream", 405, "never", "This method is not allowed."),
  method_not_implemented: row("downstream", 501, "never", "This method is not implemented."),
  protocol_not_implemented: row("downstream", 501, "never", "This protocol is not implemented."),
  coding_not_implemented: row("downstream", 501, "never", "This transfer coding is not implemented."),
  expectation_failed: row("downstream", 417, "never", "The expectation cannot be met."),
  upgrade_required: row("downstream", 426, "never", "This WebSocket version is not supported."),
  target_too_long: row("downstream", 414, "never", "The request target is too long."),
  headers_too_large: row("downstream", 431, "never", "The request header fields are too large."),
  payload_too_large: row("downstream", 413, "never", "The request body is too large."),
  content_coding_invalid: row("downstream", 400, "never", "The request body is not what its Content-Encoding says."),
  version_not_supported: row("downstream", 400, "never", "This HTTP version is not supported."),
  client_closed: row("downstream", 499, "never", "The client closed the connection."),
  misdirected: row("downstream", 421, "never", "This connection was made for another host."),
  client_certificate_missing: row("downstream", 400, "never", "No required SSL certificate was sent."),
  client_certificate_invalid: row("downstream", 400, "never", "The SSL certificate of the client was not accepted."),
  client_certificate_unauthorized: row("downstream", 403, "never", "The client certificate is not authorized."),
  no_route: row("gateway", 404, "never", "No route matches this host and path."),
  route_unavailable: row("gateway", 503, "never", "This route is not available."),
  no_endpoints: row("upstream", 503, "never", "No endpoint of this service is ready."),
  overloaded: row("gateway", 503, "never", "The gateway is overloaded."),
  out_of_sockets: row("gateway", 503, "unsent", "The gateway cannot open another connection."),
  out_of_ports: row("gateway", 503, "unsent", "The gateway cannot open another connection to the service."),
  loop_detected: row("gateway", 508, "never", "The request came back to the gateway again and again."),
  internal_error: row("gateway", 500, "never", "The gateway made a mistake."),
  name_not_resolved: row("upstream", 502, "never", "The service's host name was not resolved."),
  name_refused: row("gateway", 502, "never", "The service's host name points to a refused address."),
  connect_failed: row("upstream", 502, "unsent", "The connection to the service failed."),
  connect_timeout: row("upstream", 504, "unsent", "The connection to the service timed out."),
  upstream_tls_failed: row("upstream", 502, "unsent", "The TLS handshake with the service failed."),
  upstream_reset: row("upstream", 502, "reused", "The service closed the connection before it answered."),
  upstream_refused: row("upstream", 502, "unprocessed", "The service did not accept the request."),
  upstream_gave_up: row("upstream", 502, "never", "The service gave the request up."),
  upgrade_not_possible: row("gateway", 501, "unsent", "The service takes no part in upgrades."),
  upstream_invalid: row("upstream", 502, "never", "The service's answer is malformed."),
  upstream_timeout: row("upstream", 504, "never", "The service did not answer in time."),
  upstream_truncated: row("upstream", 502, "never", "The service's answer was cut off."),
  send_timeout: row("upstream", 504, "never", "The service did not take the request in time."),
} as const satisfies Record<string, FailureRow>;

export type FailureName = keyof typeof FAILURES;

/** An exchange that went wrong. `detail` is for the log: it may name internal things. */
export class Failed extends Error {
  readonly failure: FailureName;
  readonly detail: string;

  constructor(failure: FailureName, detail: string) {
    super(`${failure}: ${detail}`);
    this.failure = failure;
    this.detail = detail;
  }

  /** Any thrown value as a failure; what is not one is a defect of ours and says so. */
  static from(error: unknown): Failed {
    if (error instanceof Failed) return error;
    return new Failed("internal_error", error instanceof Error ? (error.stack ?? error.message) : String(error));
  }

  get status(): number {
    return FAILURES[this.failure].status;
  }
}

function row(side: FailureSide, status: number, retry: RetryRule, text: string): FailureRow {
  return { side, status, retry, text };
}
