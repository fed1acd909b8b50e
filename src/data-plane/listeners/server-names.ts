import type { Certificate } from "../../snapshot/certificate.ts";

const LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
const DNS_NAME = new RegExp(String.raw`^${LABEL}(?:\.${LABEL})*$`);

/**
 * The normal form of a name from SNI, which is whatever the client wrote: lower case, one trailing dot stripped.
 * @returns null for anything that is no DNS name: longer than 253, NUL, non-ASCII, characters other than letters, digits and hyphen (RFC 6066 §3, RFC 5890 §2.3.1).
 */
export function readServerName(raw: string): string | null {
  const name = raw.endsWith(".") ? raw.slice(0, -1) : raw;
  // Tested before it is lowered: there are letters outside ASCII whose lower case is inside.
  return name.length <= 253 && DNS_NAME.test(name) ? name.toLowerCase() : null;
}

/** Which entry is presented for a server name: the exact name, then the wildcard of exactly one label. Never changes once made. */
export class ServerNames<Entry> {
  readonly #entries = new Map<string, Entry>();

  constructor(entries: Iterable<readonly [Pick<Certificate, "serverNames">, Entry]>) {
    for (const [{ serverNames }, entry] of entries) {
      for (const name of serverNames) this.#entries.set(name, entry);
    }
  }

  /** @param name as readServerName returns it. */
  find(name: string): Entry | null {
    const exact = this.#entries.get(name);
    if (exact !== undefined) return exact;
    const dot = name.indexOf(".");
    return dot === -1 ? null : (this.#entries.get(`*${name.slice(dot)}`) ?? null);
  }
}
