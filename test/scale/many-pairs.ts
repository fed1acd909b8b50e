import { createSign, generateKeyPairSync, type KeyObject } from "node:crypto";
import { makePair } from "../support/make-pair.ts";

/** As long as every name that `makeManyPairs` is given. */
const NAME_LENGTH = 17;
/** Octets before the point of a P-256 key (65 of them) in its SubjectPublicKeyInfo. */
const POINT_AT = 26;

/**
 * Self-signed P-256 pairs, each with a key of its own, as data of TLS Secrets. A library takes milliseconds for one; here one is made, and
 * name, key and signature are replaced in it.
 *
 * @param names each of 17 characters
 */
export async function makeManyPairs(names: readonly string[]): Promise<Record<"tls.crt" | "tls.key", string>[]> {
  const placeholder = "x".repeat(NAME_LENGTH);
  const { "tls.crt": pem } = await makePair([placeholder]);
  const made = Buffer.from(pem.replaceAll(/-----[^-]+-----|\s/g, ""), "base64");
  // SEQUENCE { tbs SEQUENCE, algorithm SEQUENCE, signature BIT STRING }
  const tbs = element(made.subarray(headOf(made).size));
  const algorithm = element(made.subarray(headOf(made).size + tbs.length));
  const nameAt = tbs.indexOf(placeholder);
  const keyAt = tbs.indexOf(Buffer.from([0x03, 0x42, 0x00, 0x04])) + 3;
  return names.map((name) => {
    if (name.length !== NAME_LENGTH) throw new Error(`${name} has not ${NAME_LENGTH} characters`);
    const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const content = Buffer.from(tbs);
    content.write(name, nameAt, "latin1");
    publicKey.export({ type: "spki", format: "der" }).copy(content, keyAt, POINT_AT);
    return { "tls.crt": certificate(content, algorithm, privateKey), "tls.key": pemOf(privateKey) };
  });
}

function certificate(tbs: Buffer, algorithm: Buffer, key: KeyObject): string {
  const signature = createSign("sha256").update(tbs).sign(key);
  const bits = Buffer.concat([Buffer.from([0x03, signature.length + 1, 0x00]), signature]);
  const content = Buffer.concat([tbs, algorithm, bits]);
  const head = Buffer.from([0x30, 0x82, content.length >> 8, content.length & 0xff]);
  const text = Buffer.concat([head, content]).toString("base64").replaceAll(/.{64}/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${text.trimEnd()}\n-----END CERTIFICATE-----\n`;
}

function pemOf(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }) as string;
}

/** The DER element that a buffer begins with. */
function element(der: Buffer): Buffer {
  const { size, content } = headOf(der);
  return der.subarray(0, size + content);
}

/** Octets of tag and length, and of what they announce. */
function headOf(der: Buffer): { readonly size: number; readonly content: number } {
  const first = der[1] as number;
  const more = first < 0x80 ? 0 : first & 0x7f;
  return { size: 2 + more, content: more === 0 ? first : der.readUIntBE(2, more) };
}
