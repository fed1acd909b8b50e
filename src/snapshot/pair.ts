/** A certificate chain and its key, in PEM: what a TLS context is made of. */
export interface CertificatePair {
  /** Leaf first. */
  readonly chain: string;
  readonly privateKey: string;
}

/** Each certificate of a PEM text, in order; what is around them does not count. */
export function pemCertificates(text: string): readonly string[] {
  return pemBlocks(text, "CERTIFICATE");
}

/** Each block of a PEM text with this label, whatever it holds, in time linear in the text's length. */
export function pemBlocks(text: string, label: string): readonly string[] {
  const [begin, end] = [`-----BEGIN ${label}-----`, `-----END ${label}-----`];
  const blocks: string[] = [];
  for (let from = text.indexOf(begin); from >= 0; from = text.indexOf(begin, from)) {
    const last = text.indexOf(end, from + begin.length);
    if (last < 0) break;
    blocks.push(text.slice(from, last + end.length));
    from = last + end.length;
  }
  return blocks;
}
