import { BlockList, isIP } from "node:net";

/** This machine, by whatever address. */
const THIS_MACHINE = ["127.0.0.0/8", "::1/128", "0.0.0.0/8", "::/128"];
const LINK_LOCAL = ["169.254.0.0/16", "fe80::/10"];
/** Where clouds tell their machines secrets besides, as all of them do at 169.254.169.254: AWS, Azure, Google. Never the address of a pod. */
const METADATA = ["fd00:ec2::254/128", "168.63.129.16/32", "fd20:ce::254/128"];
/** Alibaba's, which may be a pod's elsewhere. */
const SHARED = ["100.100.100.200/32"];

const FOR_NAMES = blockList([...THIS_MACHINE, ...LINK_LOCAL, ...METADATA, ...SHARED]);
const FOR_ENDPOINTS = blockList([...LINK_LOCAL, ...METADATA]);

/**
 * Whether a name that somebody chose (ExternalName) must not lead to an address: it is this machine, or where only this machine should ask. An IPv4
 * address counts in the notation of IPv6 too.
 * @param address IPv4 or IPv6 literal
 */
export function isOffLimits(address: string): boolean {
  return FOR_NAMES.check(...withFamily(address));
}

/** The same of an address that is written as an endpoint. Of this machine is none that an API server takes; tests without a cluster have no others. */
export function isNoEndpoint(address: string): boolean {
  return FOR_ENDPOINTS.check(...withFamily(address));
}

function withFamily(address: string): [address: string, family: "ipv4" | "ipv6"] {
  const [bare = ""] = address.split("%", 1);
  return [bare, isIP(bare) === 6 ? "ipv6" : "ipv4"];
}

function blockList(ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = "", length] = range.split("/");
    list.addSubnet(address, Number(length), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  return list;
}
