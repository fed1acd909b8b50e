import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { CoveringCertificates } from "../../../src/control-plane/translate/covering-certificates.ts";
import { makePair } from "../../support/make-pair.ts";
import { sign } from "../../support/sign.ts";

async function named(...names: string[]): Promise<{ leaf: X509Certificate; of: string }> {
  return { leaf: new X509Certificate((await makePair(names))["tls.crt"]), of: names.join(" ") };
}

test("the first that is for a host, by its name or the wildcard above it", async () => {
  const all = await Promise.all([
    named("a.t.example", "b.t.example"),
    named("*.t.example"),
    named("b.t.example"),
    named("c.t.example"),
    named("*.deep.t.example"),
  ]);
  const certificates = new CoveringCertificates(all);
  const foundFor = (host: string): string | undefined => certificates.find(host)?.of;
  expect(foundFor("a.t.example")).toBe("a.t.example b.t.example");
  expect(foundFor("b.t.example")).toBe("a.t.example b.t.example");
  expect(foundFor("c.t.example")).toBe("*.t.example");
  expect(foundFor("d.t.example")).toBe("*.t.example");
  expect(foundFor("*.t.example")).toBe("*.t.example");
  expect(foundFor("x.deep.t.example")).toBe("*.deep.t.example");
  expect(foundFor("x.y.deep.t.example")).toBeUndefined();
  expect(foundFor("*.other.example")).toBeUndefined();
  expect(foundFor("t.example")).toBeUndefined();
});

test("a certificate without names of its own is for its subject", async () => {
  const { chain } = await sign("plain.example");
  const leaf = new X509Certificate(chain);
  const covered = leaf.checkHost("plain.example") !== undefined;
  expect(new CoveringCertificates([{ leaf }]).find("plain.example") !== null).toBe(covered);
});
