import type { IncomingMessage } from "node:http";

/** Of no path that anything is served under. */
const NOWHERE = new URL("nowhere:");

/**
 * Where a request to a server of our own leads. What a client writes there may be no URL at all (`http://[`, `/\[`): whoever calls this must not
 * throw, or one request ends the process.
 */
export function askedUrl({ url = "/" }: Pick<IncomingMessage, "url">): URL {
  return URL.parse(url.replace(/^\/+/, "/"), "http://here") ?? NOWHERE;
}
