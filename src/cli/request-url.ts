/** What a URL asks the gateway for. */
export interface RequestUrl {
  readonly scheme: "http" | "https";
  /** Lower case, without port. */
  readonly host: string;
  /** As it is sent: percent-encoded, without the query. */
  readonly path: string;
}

/** Reads a URL as a browser would; without a scheme it is http. @returns null for what no browser would ask. */
export function parseRequestUrl(text: string): RequestUrl | null {
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`);
  if (url === null || url.hostname === "" || (url.protocol !== "http:" && url.protocol !== "https:")) return null;
  const host = url.hostname.replace(/\.$/, "");
  return { scheme: url.protocol === "https:" ? "https" : "http", host, path: url.pathname };
}
