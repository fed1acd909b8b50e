import { BlockList, isIP } from "node:net";

/** The addresses of load balancers and proxies that are believed about the client (ingress-nginx's proxy-real-ip-cidr). */
export class TrustedRanges {
  /** One list a family: a BlockList takes ::/0 for all of IPv4 too. */
  readonly #ipv4 = new BlockList();
  readonly #ipv6 = new BlockList();

  /**
   * @param ranges "10.0.0.0/8", "2001:db8::/32", or one address
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

  #add(range: string): void {
    const [address = "", prefix, ...more] = range.split("/");
    const family = isIP(address);
    const bits = family === 4 ? 32 : 128;
    const length = prefix === undefined ? bits : /^\d{1,3}$/.test(prefix) ? Number(prefix) : NaN;
    if (family === 0 || address.includes("%") || more.length > 0 || !(length <= bits)) {
      throw new Error(`${JSON.stringify(range)} is neither an address nor a range such as 10.0.0.0/8`);
    }
    if (family === 4) this.#ipv4.addSubnet(address, length, "ipv4");
    else this.#ipv6.addSubnet(address, length, "ipv6");
  }
}
