// The PROXY protocol: what a load balancer says of the client, before the client's first octet.
// In: the first octets of a connection, or the two ends of one. Out: the two ends, or a header to send.
// Never: a guess whether a header is there; a header from a peer that is not trusted.
import { SocketAddress, isIPv4, isIPv6 } from "node:net";

/** One end of a connection. */
export interface PeerAddress {
  /** IPv4 or IPv6 literal; an IPv4-mapped one is written as IPv4. */
  readonly address: string;
  readonly port: number;
}

/** A whole header. */
export interface ProxyHeader {
  /** Octets of the header; what follows is the client's. */
  readonly length: number;
  /** null where the connection's own ends count: LOCAL (a health probe), UNKNOWN, a UNIX socket. */
  readonly ends: { readonly source: PeerAddress; readonly destination: PeerAddress } | null;
}

/** Of version 1, CRLF included: the specification's worst case. */
const V1_BYTES = 107;
/** Of version 2 after its fixed part: addresses and everything a load balancer adds about TLS or its VPC. */
const V2_PAYLOAD_BYTES = 4096;
const V2_FIXED_BYTES = 16;

const V1_START = Buffer.from("PROXY ");
export const V2_SIGNATURE = Buffer.from("\r\n\r\n\0\r\nQUIT\n", "latin1");

/**
 * Reads the header that a connection begins with (haproxy's proxy-protocol.txt, version 1 and 2).
 * @param received everything received so far; called again with more of it when incomplete
 * @returns "invalid" as soon as no octet that may follow can make a header of it: the connection must be closed
 */
export function readProxyHeader(received: Buffer): ProxyHeader | "incomplete" | "invalid" {
  if (received.length === 0) return "incomplete";
  const start = received[0] === V1_START[0] ? V1_START : V2_SIGNATURE;
  const compared = Math.min(start.length, received.length);
  if (received.compare(start, 0, compared, 0, compared) !== 0) return "invalid";
  if (compared < start.length) return "incomplete";
  return start === V1_START ? readV1(received) : readV2(received);
}

function readV1(received: Buffer): ProxyHeader | "incomplete" | "invalid" {
  const text = received.toString("latin1", 0, Math.min(received.length, V1_BYTES));
  const end = text.indexOf("\r\n");
  if (end === -1) return text.length === V1_BYTES ? "invalid" : "incomplete";
  const length = end + 2;
  const line = text.slice(V1_START.length, end);
  // What follows UNKNOWN is of no meaning.
  if (line === "UNKNOWN" || line.startsWith("UNKNOWN ")) return { length, ends: null };
  const [family, source = "", destination = "", sourcePort = "", destinationPort = "", ...more] = line.split(" ");
  const isFamily = family === "TCP4" ? isIPv4 : family === "TCP6" ? isPlainIPv6 : null;
  if (isFamily === null || more.length > 0 || !isFamily(source) || !isFamily(destination)) return "invalid";
  if (!isPort(sourcePort) || !isPort(destinationPort)) return "invalid";
  return {
    length,
    ends: { source: peer(source, Number(sourcePort)), destination: peer(destination, Number(destinationPort)) },
  };
}

/** The families of version 2 that are defined: address family in the high four bits, transport in the low ones. */
const FAMILIES = new Set([0x00, 0x01, 0x02, 0x10, 0x11, 0x12, 0x20, 0x21, 0x22, 0x30, 0x31, 0x32]);
const LOCAL = 0x20;
const PROXY = 0x21;
const TCP_OVER_IPV4 = 0x11;
const TCP_OVER_IPV6 = 0x21;

function readV2(received: Buffer): ProxyHeader | "incomplete" | "invalid" {
  const command = received[12];
  if (command !== undefined && command !== LOCAL && command !== PROXY) return "invalid";
  const family = received[13];
  if (command === PROXY && family !== undefined && !FAMILIES.has(family)) return "invalid";
  if (received.length < V2_FIXED_BYTES) return "incomplete";
  const payload = received.readUInt16BE(14);
  const width = command === LOCAL ? 0 : addressBytes((family as number) >> 4);
  if (payload > V2_PAYLOAD_BYTES || payload < width * 2 + (width === 4 || width === 16 ? 4 : 0)) return "invalid";
  const length = V2_FIXED_BYTES + payload;
  if (received.length < length) return "incomplete";
  if (command === LOCAL || (family !== TCP_OVER_IPV4 && family !== TCP_OVER_IPV6)) return { length, ends: null };
  const ports = V2_FIXED_BYTES + width * 2;
  const at = (index: 0 | 1): PeerAddress => {
    const from = V2_FIXED_BYTES + index * width;
    return peer(addressText(received.subarray(from, from + width)), received.readUInt16BE(ports + index * 2));
  };
  return { length, ends: { source: at(0), destination: at(1) } };
}

/** Octets of one address of an address family: none, IPv4, IPv6, a UNIX path. */
function addressBytes(family: number): number {
  return [0, 4, 16, 108][family] ?? 0;
}

function addressText(octets: Buffer): string {
  if (octets.length === 4) return octets.join(".");
  return octets.toString("hex").replace(/(....)(?!$)/g, "$1:");
}

function peer(address: string, port: number): PeerAddress {
  if (isIPv4(address)) return { address, port };
  const shortest = new SocketAddress({ address, family: "ipv6" }).address;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/.exec(shortest);
  return { address: mapped?.[1] ?? shortest, port };
}

function isPlainIPv6(text: string): boolean {
  return isIPv6(text) && !text.includes("%");
}

function isPort(text: string): boolean {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 65_535;
}
