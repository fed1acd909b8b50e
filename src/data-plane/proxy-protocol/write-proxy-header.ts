import { isIPv4, isIPv6, SocketAddress } from "node:net";
import { type PeerAddress, V2_SIGNATURE } from "./proxy-protocol.ts";

const PROXY = 0x21;
const TCP_OVER_IPV4 = 0x11;
const TCP_OVER_IPV6 = 0x21;
const UNSPECIFIED = 0x00;

/**
 * The header that tells an upstream who the client is, in version 2 (proxy-protocol.txt §2.2). Ends of two families are both written as
 * IPv6; where one is not known the header says so, and the upstream takes the connection's own.
 */
export function writeProxyHeader(source: PeerAddress, destination: PeerAddress): Buffer {
  const ends = [source, destination];
  if (ends.every(({ address }) => isIPv4(address))) {
    return header(TCP_OVER_IPV4, [...ends.map(({ address }) => ipv4Octets(address)), ports(ends)]);
  }
  if (ends.every(({ address }) => isIPv4(address) || isIPv6(address))) {
    return header(TCP_OVER_IPV6, [...ends.map(({ address }) => ipv6Octets(address)), ports(ends)]);
  }
  return header(UNSPECIFIED, []);
}

function header(family: number, payload: readonly Buffer[]): Buffer {
  const content = Buffer.concat(payload);
  return Buffer.concat([
    V2_SIGNATURE,
    Buffer.from([PROXY, family, content.length >> 8, content.length & 255]),
    content,
  ]);
}

function ports(ends: readonly PeerAddress[]): Buffer {
  return Buffer.from(ends.flatMap(({ port }) => [port >> 8, port & 255]));
}

function ipv4Octets(address: string): Buffer {
  return Buffer.from(address.split(".").map(Number));
}

function ipv6Octets(address: string): Buffer {
  if (isIPv4(address)) return Buffer.concat([Buffer.alloc(10), Buffer.from([255, 255]), ipv4Octets(address)]);
  // The shortest form: "::" at most once, and an IPv4 tail perhaps.
  const text = new SocketAddress({ address: address.replace(/%.*$/, ""), family: "ipv6" }).address;
  const tail = /^(.*:)(\d+)\.(\d+)\.(\d+)\.(\d+)$/.exec(text);
  const hex = (high: string | undefined, low: string | undefined): string =>
    ((Number(high) << 8) | Number(low)).toString(16);
  const plain = tail === null ? text : `${tail[1]}${hex(tail[2], tail[3])}:${hex(tail[4], tail[5])}`;
  const [before = "", after] = plain.split("::");
  const groups = (part: string): string[] => (part === "" ? [] : part.split(":"));
  const front = groups(before);
  const back = groups(after ?? "");
  const filled = [...front, ...Array<string>(8 - front.length - back.length).fill("0"), ...back];
  return Buffer.from(filled.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 255]));
}
