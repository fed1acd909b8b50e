import type { X509Certificate } from "node:crypto";
import { wildcardOf } from "./hosts.ts";

/** As Node writes a name of subjectAltName; one with other characters is in quotes there, and no host. */
const DNS_NAME = /DNS:([^\s,"]+)/g;
const COMMON_NAME = /^CN=(.+)$/gm;

/**
 * Which of several certificates is for a host: the first. An Ingress may name a thousand Secrets and have rules for tens of thousands of hosts: so
 * only those are asked that have its name or the wildcard above it.
 */
export class CoveringCertificates<One extends { readonly leaf: X509Certificate }> {
  readonly #first = new Map<string, { readonly one: One; readonly at: number }>();

  constructor(certificates: Iterable<One>) {
    let at = 0;
    for (const one of certificates) {
      for (const name of namesOf(one.leaf)) if (!this.#first.has(name)) this.#first.set(name, { one, at });
      at += 1;
    }
  }

  /** @param host as a rule has it: "a.example.com", "*.example.com" */
  find(host: string): One | null {
    const named = this.#first.get(host);
    const above = this.#first.get(wildcardOf(host) ?? "");
    const found = [named, above].filter((one) => one !== undefined && covers(one.one.leaf, host));
    return found.reduce((a, b) => ((a?.at ?? Infinity) < (b?.at ?? Infinity) ? a : b), undefined)?.one ?? null;
  }
}

/** Exact name, or a wildcard for exactly one label; "*.example.com" needs a wildcard certificate. */
export function covers(leaf: X509Certificate, host: string): boolean {
  return leaf.checkHost(host) !== undefined;
}

/** Without a DNS name beside it, the subject's counts. */
function namesOf({ subjectAltName, subject }: X509Certificate): string[] {
  const [names, pattern] = subjectAltName?.includes("DNS:") ? [subjectAltName, DNS_NAME] : [subject ?? "", COMMON_NAME];
  return Array.from(names.matchAll(pattern), ([, name = ""]) => name.toLowerCase());
}
