import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { whyUnusable } from "../../../src/control-plane/translate/unusable-key.ts";

const curve = (namedCurve: string): KeyObject => generateKeyPairSync("ec", { namedCurve }).privateKey;

/** A public key of so many bits: what is asked of it does not take the private one. */
function rsa(bits: number): KeyObject {
  const modulus = randomBytes(bits / 8);
  modulus[0] = 0x80 | (modulus[0] ?? 0);
  return createPublicKey({ key: { kty: "RSA", n: modulus.toString("base64url"), e: "AQAB" }, format: "jwk" });
}

test.each([
  ["RSA 2048", rsa(2048)],
  ["RSA 8192", rsa(8192)],
  ["P-256", curve("prime256v1")],
  ["P-384", curve("secp384r1")],
  ["P-521", curve("secp521r1")],
  ["Ed25519", generateKeyPairSync("ed25519").privateKey],
  ["Ed448", generateKeyPairSync("ed448").privateKey],
])("%s serves", (_what, key) => {
  expect(whyUnusable(key)).toBeNull();
});

test.each([
  ["RSA 1024", rsa(1024), "1024 bits"],
  ["RSA 16384", rsa(16384), "16384 bits"],
  ["secp256k1", curve("secp256k1"), "secp256k1"],
  ["P-224", curve("secp224r1"), "secp224r1"],
  ["X25519", generateKeyPairSync("x25519").privateKey, "x25519"],
])("%s does not, and it is said why", (_what, key, why) => {
  expect(whyUnusable(key)).toContain(why);
});
