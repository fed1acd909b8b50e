import selfsigned from "selfsigned";
import type { CertificatePair } from "../../src/snapshot/pair.ts";

export interface SignSketch {
  readonly names?: readonly string[];
  /** Absent for a self-signed certificate. */
  readonly by?: CertificatePair;
  readonly authority?: boolean;
  readonly validFrom?: Date;
  readonly validTo?: Date;
}

/** A P-256 pair, for servers, clients or authorities; its chain is itself alone. */
export async function sign(commonName: string, sketch: SignSketch = {}): Promise<CertificatePair> {
  const { names = [], by, authority = false, validFrom, validTo } = sketch;
  const made = await selfsigned.generate([{ name: "commonName", value: commonName }], {
    keyType: "ec",
    algorithm: "sha256",
    ...(validFrom === undefined ? {} : { notBeforeDate: validFrom }),
    ...(validTo === undefined ? {} : { notAfterDate: validTo }),
    extensions: authority
      ? [
          { name: "basicConstraints", cA: true, critical: true },
          { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
        ]
      : [
          { name: "basicConstraints", cA: false, critical: true },
          { name: "extKeyUsage", serverAuth: true, clientAuth: true },
          ...(names.length === 0
            ? []
            : [{ name: "subjectAltName" as const, altNames: names.map((value) => ({ type: 2 as const, value })) }]),
        ],
    ...(by === undefined ? {} : { ca: { key: by.privateKey, cert: by.chain } }),
  });
  return { chain: made.cert.endsWith("\n") ? made.cert : `${made.cert}\n`, privateKey: made.private };
}

/** The pair, with the certificates of intermediate authorities behind its own. */
export function withChain(pair: CertificatePair, ...intermediates: readonly CertificatePair[]): CertificatePair {
  return { ...pair, chain: pair.chain + intermediates.map(({ chain }) => chain).join("") };
}
