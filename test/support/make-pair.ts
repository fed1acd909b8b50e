import selfsigned from "selfsigned";

/** A self-signed P-256 pair for `names`, as the data of a TLS Secret. Made at run time: no key is committed. */
export async function makePair(names: readonly string[]): Promise<Record<"tls.crt" | "tls.key", string>> {
  const made = await selfsigned.generate([{ name: "commonName", value: "test" }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [{ name: "subjectAltName", altNames: names.map((value) => ({ type: 2, value })) }],
  });
  return { "tls.crt": made.cert, "tls.key": made.private };
}
