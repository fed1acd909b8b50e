import { isIP } from "node:net";

/** Addresses that begin alike. */
export interface AddressRange {
  readonly address: string;
  readonly family: "ipv4" | "ipv6";
  /** Bits that are the same in all. */
  readonly length: number;
}

/** @param text "10.0.0.0/8", "2001:db8::/32", or one address @returns null for anything else */
export function readRange(text: string): AddressRange | null {
  const [address = "", prefix, ...more] = text.split("/");
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
  if (family === 0 || address.includes("%") || more.length > 0 || !(length <= bits)) return null;
  return { address, family: family === 4 ? "ipv4" : "ipv6", length };
}
