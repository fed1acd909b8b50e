/**
 * The methods we forward: the IANA HTTP Method Registry, with PURGE, which caches behind us use.
 * CONNECT and TRACE are in it but never forwarded. Method names are case-sensitive (RFC 9110 §9.1).
 */
const KNOWN = new Set(
  (
    "ACL BASELINE-CONTROL BIND CHECKIN CHECKOUT CONNECT COPY DELETE GET HEAD LABEL LINK LOCK MERGE MKACTIVITY MKCALENDAR MKCOL " +
    "MKREDIRECTREF MKWORKSPACE MOVE OPTIONS ORDERPATCH PATCH POST PROPFIND PROPPATCH PURGE PUT QUERY REBIND REPORT SEARCH TRACE " +
    "UNBIND UNCHECKOUT UNLINK UNLOCK UPDATE UPDATEREDIRECTREF VERSION-CONTROL"
  ).split(" "),
);

/** RFC 9110 §9.2.2, with QUERY (RFC 9967 calls it safe). */
const IDEMPOTENT = new Set([
  "GET",
  "HEAD",
  "OPTIONS",
  "TRACE",
  "PUT",
  "DELETE",
  "QUERY",
  "PROPFIND",
  "REPORT",
  "SEARCH",
]);

export function isKnownMethod(method: string): boolean {
  return method === "GET" || method === "POST" || KNOWN.has(method);
}

/** True where sending the request twice has the effect of sending it once. */
export function isIdempotent(method: string): boolean {
  return IDEMPOTENT.has(method);
}
