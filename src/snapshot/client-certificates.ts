/** What the clients of a host are asked for in their TLS handshake. What becomes of their requests is said by the middleware of the routes. */
export interface ClientCertificates {
  /** Tells what a handshake is made under from all else it could be made under: a request is served only on a connection of the same. */
  readonly id: string;
  /** PEM: the authorities that are trusted, and named to the client. */
  readonly ca: string;
  /** PEM, one list each: what the authorities have revoked. With any, there must be one of each authority of a chain. Absent: nothing is looked up. */
  readonly crls?: readonly string[];
  /** Certificates allowed between the client's own and the authority's, at least 0. */
  readonly depth: number;
}
