import { BlockList, isIP } from "node:net";

/** Trusts whoever connects, so that any client can say that it is any other. */
export const EVERYBODY: readonly string[] = ["0.0.0.0/0", "::/0"];

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

/** The addresses of load balancers and proxies that are believed about the client (ingress-nginx's proxy-real-ip-cidr). */
export class TrustedRanges {
  /** One list a family: a BlockList takes ::/0 for all of IPv4 too. */
  readonly #ipv4 = new BlockList();
  readonly #ipv6 = new BlockList();

  /**
   * @param ranges see `readRange`; spaces around are of no meaning
   * @throws {Error} naming the first that is none
   */
  constructor(ranges: readonly string[]) {
    for (const range of ranges) this.#add(range.trim());
  }

  /** @param address IPv4 or IPv6 literal; anything else is not trusted */
  has(address: string): boolean {
    const family = isIP(address);
    if (family === 4) return this.#ipv4.check(address, "ipv4");
    return family === 6 && this.#ipv6.check(address, "ipv6");
  }

  #add(text: string): void {
    const range = readRange(text);
    if (range === null) {
      throw new Error(`${JSON.stringify(text)} is neither an address nor a range such as 10.0.0.0/8`);
    }
    const list = range.family === "ipv4" ? this.#ipv4 : this.#ipv6;
    list.addSubnet(range.address, range.length, range.family);
  }
}
