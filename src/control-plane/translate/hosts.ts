import { isIP } from "node:net";
import { shown } from "../resources/field.ts";

/** A host as a rule may name it, or what is wrong with it. */
export type HostReading = { readonly host: string } | { readonly problem: string; readonly remedy: string };

// RFC 1123 as the API server checks it: labels are not limited to 63 characters there.
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

/**
 * Reads `spec.rules[].host` or an item of `spec.tls[].hosts`; absent or empty means every host: "*".
 * What the API server refuses is refused here too, so that a folder that passes `check` can be applied.
 */
export function readHost(written: string | undefined): HostReading {
  if (written === undefined || written === "") return { host: "*" };
  if (written === "*") {
    return { problem: '"*" alone is not a host', remedy: "Leave the host out to serve every host" };
  }
  if (isIP(withoutBrackets(written)) !== 0) {
    return {
      problem: `${shown(written)} is an address, not a host name`,
      remedy: "Write a host name, or leave the host out",
    };
  }
  const url = /^[a-z]+:\/\/([^/:]+)/i.exec(written)?.[1]?.toLowerCase();
  if (url !== undefined && isDnsName(url)) {
    return { problem: `${shown(written)} is a URL, not a host name`, remedy: `Write ${url}` };
  }
  const port = /^(.*):\d+$/.exec(written);
  if (port !== null) {
    return { problem: `${shown(written)} has a port`, remedy: `Write ${port[1]}: a rule holds for every port` };
  }
  const lower = written.toLowerCase();
  if (!isDnsName(lower.startsWith("*.") ? lower.slice(2) : lower)) {
    return {
      problem: `${shown(written)} is not a DNS name`,
      remedy: "Write a name such as shop.example.com or *.example.com, of letters, digits, dots and hyphens",
    };
  }
  if (lower !== written) {
    return {
      problem: `${shown(written)} has upper-case letters, which the API server refuses`,
      remedy: `Write ${lower}`,
    };
  }
  return { host: lower };
}

/** "host shop.example.com", or what "*" stands for, in messages. */
export function describeHost(host: string): string {
  return host === "*" ? '"*" (rules without a host)' : `host ${host}`;
}

/** "::1" for "[::1]", as addresses are kept. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[(.*)\]$/, "$1");
}

/** Whether `name` is a lower-case DNS name of at most 253 characters, without trailing dot. */
export function isDnsName(name: string): boolean {
  return name.length <= 253 && SUBDOMAIN.test(name);
}

/** "*.example.com" for "shop.example.com": the wildcard that covers exactly its first label, or null. */
export function wildcardOf(host: string): string | null {
  const dot = host.indexOf(".");
  return dot <= 0 || host.startsWith("*") ? null : `*${host.slice(dot)}`;
}
