import { beforeAll, expect, test } from "vitest";
import { makeDefaultCertificate } from "../../src/certificates/default-certificate.ts";
import { LastGoodSecrets } from "../../src/control-plane/last-good-secrets.ts";
import type { Secret } from "../../src/control-plane/resources/secret.ts";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import { tlsSecret } from "../support/resources.ts";

let first: CertificatePair;
let second: CertificatePair;

beforeAll(async () => {
  [first, second] = await Promise.all([makeDefaultCertificate(), makeDefaultCertificate()]);
});

function tls(chain: string, privateKey: string): Secret {
  return tlsSecret("shop/tls", { "tls.crt": chain, "tls.key": privateKey });
}

test("a pair that breaks is replaced by the last good one, with the reason", () => {
  const secrets = new LastGoodSecrets();
  const good = tls(second.chain, second.privateKey);
  expect(secrets.keep([tls(first.chain, first.privateKey)]).diagnostics).toEqual([]);
  expect(secrets.keep([good])).toEqual({ secrets: [good], diagnostics: [] });

  const broken = tls(first.chain, second.privateKey);
  const place = { file: "tls.yaml", lineOf: (path: readonly (string | number)[]) => (path[0] === "data" ? 7 : 1) };
  const kept = secrets.keep([{ ...broken, place }]);
  expect(kept.secrets[0]?.data).toEqual(good.data);
  expect(kept.diagnostics).toEqual([
    {
      severity: "error",
      code: "SecretBrokenKeptLastGood",
      scope: "object",
      object: { kind: "Secret", namespace: "shop", name: "tls", file: "tls.yaml", line: 7 },
      message:
        "Secret shop/tls has a tls.key that does not belong to the first certificate of tls.crt; its last good certificate stays in use",
      remedy: expect.stringContaining("Correct tls.crt and tls.key"),
    },
  ]);
  // As long as it stays broken, and also when it is broken in another way.
  expect(secrets.keep([broken]).secrets[0]?.data).toEqual(good.data);
  expect(secrets.keep([tls("", "")]).secrets[0]?.data).toEqual(good.data);
  expect(secrets.keep([tls(first.chain, first.privateKey)]).diagnostics).toEqual([]);
});

test("a Secret that was never good stays as it is: the translator has its say", () => {
  const secrets = new LastGoodSecrets();
  const broken = tls("nonsense", "nonsense");
  expect(secrets.keep([broken])).toEqual({ secrets: [broken], diagnostics: [] });
});

test("a Secret that was removed is forgotten", () => {
  const secrets = new LastGoodSecrets();
  secrets.keep([tls(first.chain, first.privateKey)]);
  expect(secrets.keep([]).secrets).toEqual([]);
  const broken = tls("", "");
  expect(secrets.keep([broken])).toEqual({ secrets: [broken], diagnostics: [] });
});

test("a Secret of the same name in another namespace, or of another type, is another matter", () => {
  const secrets = new LastGoodSecrets();
  secrets.keep([tls(first.chain, first.privateKey)]);
  const others = [tlsSecret("other/tls", {}), tlsSecret("shop/tls", {}, "Opaque")];
  expect(secrets.keep(others)).toEqual({ secrets: others, diagnostics: [] });
});

test("only the pair is put back: authorities are those of now", () => {
  const secrets = new LastGoodSecrets();
  secrets.keep([tlsSecret("shop/tls", { "tls.crt": first.chain, "tls.key": first.privateKey, "ca.crt": "old" })]);
  const broken = tlsSecret("shop/tls", { "tls.crt": first.chain, "tls.key": "", "ca.crt": "new" });
  expect(secrets.keep([broken]).secrets[0]?.data).toEqual({
    "tls.crt": first.chain,
    "tls.key": first.privateKey,
    "ca.crt": "new",
  });
});

test("a pair in a Secret of another type is kept as well", () => {
  const opaque = (chain: string) => tlsSecret("shop/tls", { "tls.crt": chain, "tls.key": first.privateKey }, "Opaque");
  const secrets = new LastGoodSecrets();
  secrets.keep([opaque(first.chain)]);
  const kept = secrets.keep([opaque("nonsense")]);
  expect(kept.secrets[0]?.data["tls.crt"]).toBe(first.chain);
  expect(kept.diagnostics).toHaveLength(1);
});
