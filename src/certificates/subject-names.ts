import { isIP } from "node:net";

/** What a certificate is made for: a DNS name, a one-label wildcard, or an address. */
export interface SubjectName {
  readonly kind: "dns" | "ip";
  /** DNS names in lower case, without trailing dot. */
  readonly value: string;
}

const LABEL = "[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?";
const DNS_NAME = new RegExp(String.raw`^(?:\*\.)?${LABEL}(?:\.${LABEL})*$`);

/**
 * Reads names for a certificate: "shop.example.com", "*.example.com", "127.0.0.1", "::1". Same names, same result, in whatever order and case they come.
 * @throws {RangeError} for no name at all, and for what is neither a DNS name (RFC 1123 §2.1, at most 253 characters) nor an address.
 */
export function readSubjectNames(names: readonly string[]): SubjectName[] {
  if (names.length === 0) throw new RangeError("a certificate needs at least one name");
  const read = new Map<string, SubjectName>();
  for (const name of names) {
    const subject = readSubjectName(name);
    read.set(subject.value, subject);
  }
  return [...read.values()].toSorted((a, b) => (a.value < b.value ? -1 : 1));
}

function readSubjectName(name: string): SubjectName {
  // A zone ("fe80::1%eth0") has no place in a certificate.
  if (isIP(name) !== 0 && !name.includes("%")) return { kind: "ip", value: name.toLowerCase() };
  const value = name.toLowerCase().replace(/\.$/, "");
  if (value.length > 253 || !DNS_NAME.test(value)) {
    throw new RangeError(`no certificate for ${JSON.stringify(name)}: neither a DNS name nor an IP address`);
  }
  return { kind: "dns", value };
}
