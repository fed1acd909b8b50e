import { BlockList, isIP } from "node:net";

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet("127.0.0.0", 8, "ipv4");
LOOPBACK.addAddress("::1", "ipv6");

/**
 * True for a Host field that can only mean this machine: "localhost", 127.0.0.0/8 or [::1], with or without a port. Any other name
 * may be somebody's who lets it point to 127.0.0.1, so that a web page of theirs can read what we answer (DNS rebinding).
 */
export function isLoopbackAuthority(authority: string): boolean {
  const found = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]+))(?::\d{1,5})?$/i.exec(authority);
  if (found === null) return false;
  const host = found[1] ?? found[2] ?? "";
  if (host.toLowerCase() === "localhost") return true;
  const family = isIP(host);
  return family !== 0 && LOOPBACK.check(host, family === 4 ? "ipv4" : "ipv6");
}
