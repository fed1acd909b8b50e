import { BlockList, isIP } from "node:net";
import { type AddressRange, readRange } from "../../address-range.ts";

/** Trusts whoever connects, so that any client can say that it is any other. */
export const EVERYBODY: readonly string[] = ["0.0.0.0/0", "::/0"];

/** The addresses of load balancers and proxies that are believed about the client (ingress-nginx's proxy-real-ip-cidr). */
export class TrustedRanges {
  /** One list a family: a BlockList takes ::/0 for all of IPv4 too. */
  #ipv4 = new BlockList();
  #ipv6 = new BlockList();

  /**
   * @param ranges see `readRange`; spaces around are of no meaning
   * @throws {Error} naming the first that is none
   */
  constructor(ranges: readonly string[]) {
    this.become(ranges);
  }

  /** Trusts these from now on, and no others. @throws {Error} as the constructor; those before stay then */
  become(ranges: readonly string[]): void {
    const read = ranges.map((range) => readTrusted(range.trim()));
    this.#ipv4 = new BlockList();
    this.#ipv6 = new BlockList();
    for (const { address, length, family } of read) {
      (family === "ipv4" ? this.#ipv4 : this.#ipv6).addSubnet(address, length, family);
    }
  }

  /** @param address IPv4 or IPv6 literal; anything else is not trusted */
  has(address: string): boolean {
    const family = isIP(address);
    if (family === 4) return this.#ipv4.check(address, "ipv4");
    return family === 6 && this.#ipv6.check(address, "ipv6");
  }
}

function readTrusted(text: string): AddressRange {
  const range = readRange(text);
  if (range !== null) return range;
  throw new Error(`${JSON.stringify(text)} is neither an address nor a range such as 10.0.0.0/8`);
}
