// Makes certificates: the development authority with its leaves, and the default certificate.
// In: names and a folder to keep the authority in. Out: certificate pairs in PEM, always EC P-256 with SHA-256.
// Never: a look at the environment, a network call, a certificate that comes from a Secret.
import type { generate } from "selfsigned";
import type { CertificatePair } from "../snapshot/pair.ts";
import type { SubjectName } from "./subject-names.ts";

const HOUR = 3_600_000;
export const DAY: number = 24 * HOUR;

export interface CertificateRecipe {
  readonly commonName: string;
  /** Empty for an authority. */
  readonly names: readonly SubjectName[];
  readonly authority: boolean;
  readonly validFrom: Date;
  /** Whole milliseconds are cut to seconds, as X.509 has them. */
  readonly validTo: Date;
  /** Who signs, its own certificate first in `chain`; absent for a self-signed certificate. */
  readonly signer?: CertificatePair;
}

/** A validity that began an hour ago, so that a container whose clock is late accepts the certificate at once. */
export function validFor(days: number): Pick<CertificateRecipe, "validFrom" | "validTo"> {
  const validFrom = Date.now() - HOUR;
  // Both ends count (RFC 5280 §4.1.2.5), so that one second less is exactly `days` days.
  return { validFrom: new Date(validFrom), validTo: new Date(validFrom + days * DAY - 1000) };
}

/**
 * Makes a new key and a certificate for it. `chain` holds the certificate alone.
 * @throws {Error} when the signer's key or certificate cannot be read.
 */
export async function makeCertificate(recipe: CertificateRecipe): Promise<CertificatePair> {
  // Loaded when needed: it costs 90 ms and 20 MB, and most processes never make a certificate.
  const selfsigned = await import("selfsigned");
  const { signer } = recipe;
  const made = await selfsigned.generate([{ name: "commonName", value: recipe.commonName }], {
    // Its own defaults are RSA and SHA-1.
    keyType: "ec",
    curve: "P-256",
    algorithm: "sha256",
    notBeforeDate: recipe.validFrom,
    notAfterDate: recipe.validTo,
    extensions: recipe.authority ? authorityExtensions() : serverExtensions(recipe.names),
    ...(signer === undefined ? {} : { ca: { key: signer.privateKey, cert: signer.chain } }),
  });
  return { chain: withNewline(made.cert), privateKey: withNewline(made.private) };
}

type Extensions = NonNullable<NonNullable<Parameters<typeof generate>[1]>["extensions"]>;

function authorityExtensions(): Extensions {
  return [
    // It signs leaves only, no further authorities.
    { name: "basicConstraints", cA: true, pathLenConstraint: 0, critical: true },
    { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
  ];
}

function serverExtensions(names: readonly SubjectName[]): Extensions {
  return [
    { name: "basicConstraints", cA: false, critical: true },
    { name: "keyUsage", digitalSignature: true, critical: true },
    { name: "extKeyUsage", serverAuth: true },
    {
      name: "subjectAltName",
      altNames: names.map((name) =>
        name.kind === "ip" ? { type: 7, ip: name.value } : { type: 2, value: name.value },
      ),
    },
  ];
}

function withNewline(pem: string): string {
  return pem.endsWith("\n") ? pem : `${pem}\n`;
}
