import { type PeerAddress, readProxyHeader } from "./proxy-protocol.ts";

/** What a connection began with. */
export interface ReadHeader {
  /** null where the connection's own ends count. */
  readonly ends: { readonly source: PeerAddress; readonly destination: PeerAddress } | null;
  /** What came behind the header in the same piece: the client's first octets. */
  readonly rest: Buffer;
}

/** Collects the header of one connection, however it is cut. */
export class HeaderReader {
  #received: Buffer = Buffer.alloc(0);

  /**
   * Takes a piece, which it copies.
   * @returns null while the header is not whole; "invalid" when it never will be
   */
  feed(piece: Buffer): ReadHeader | "invalid" | null {
    this.#received = Buffer.concat([this.#received, piece]);
    const header = readProxyHeader(this.#received);
    if (header === "incomplete") return null;
    if (header === "invalid") return "invalid";
    return { ends: header.ends, rest: this.#received.subarray(header.length) };
  }
}
