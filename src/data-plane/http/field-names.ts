// Field names as they are commonly spelled, each with its one lower-case string: a look-up is cheaper than making that string anew,
// and comparing it later is comparing pointers.

const COMMON = (
  "Accept Accept-Charset Accept-Encoding Accept-Language Accept-Ranges Access-Control-Allow-Credentials Access-Control-Allow-Headers " +
  "Access-Control-Allow-Methods Access-Control-Allow-Origin Access-Control-Expose-Headers Access-Control-Max-Age " +
  "Access-Control-Request-Headers Access-Control-Request-Method Age Allow Alt-Svc Authorization Cache-Control Connection " +
  "Content-Disposition Content-Encoding Content-Language Content-Length Content-Location Content-Range Content-Security-Policy " +
  "Content-Type Cookie DNT Date ETag Expect Expires Forwarded From Host HTTP2-Settings If-Match If-Modified-Since If-None-Match " +
  "If-Range If-Unmodified-Since Keep-Alive Last-Modified Link Location Max-Forwards Origin Pragma Priority Proxy-Authenticate " +
  "Proxy-Authorization Proxy-Connection Range Referer Referrer-Policy Retry-After Sec-CH-UA Sec-CH-UA-Mobile Sec-CH-UA-Platform " +
  "Sec-Fetch-Dest Sec-Fetch-Mode Sec-Fetch-Site Sec-Fetch-User Sec-WebSocket-Accept Sec-WebSocket-Extensions Sec-WebSocket-Key " +
  "Sec-WebSocket-Protocol Sec-WebSocket-Version Server Set-Cookie Strict-Transport-Security TE Timing-Allow-Origin Trailer " +
  "Transfer-Encoding Upgrade Upgrade-Insecure-Requests User-Agent Vary Via WWW-Authenticate X-Content-Type-Options X-Forwarded-For " +
  "X-Forwarded-Host X-Forwarded-Port X-Forwarded-Proto X-Forwarded-Scheme X-Frame-Options X-Powered-By X-Real-IP X-Request-ID " +
  "X-Requested-With X-Scheme X-XSS-Protection grpc-timeout traceparent tracestate"
).split(" ");

const LOWER = new Map(
  COMMON.flatMap((name) => [[name, name.toLowerCase()] as const, [name.toLowerCase(), name.toLowerCase()] as const]),
);

/** The lower-case form of a field name. */
export function lowerName(name: string): string {
  return LOWER.get(name) ?? name.toLowerCase();
}
