const WORDS: Readonly<Record<string, string>> = {
  h2c: "HTTP/2 without TLS (gRPC)",
  h2: "HTTP/2 over TLS (gRPC)",
};

/** A protocol of the snapshot in words: "HTTPS", "HTTP/2 over TLS (gRPC)". */
export function spokenIn(protocol: string): string {
  return WORDS[protocol] ?? protocol.toUpperCase();
}
