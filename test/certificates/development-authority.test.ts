import { execFileSync, spawnSync } from "node:child_process";
import { createPrivateKey, X509Certificate } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import tls from "node:tls";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeAuthority, writeAuthority } from "../../src/certificates/authority-pair.ts";
import { DAY, makeCertificate, validFor } from "../../src/certificates/certificates.ts";
import { DevelopmentAuthority } from "../../src/certificates/development-authority.ts";
import type { CertificatePair } from "../../src/snapshot/pair.ts";

let folder: string;
let state: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "ts-ingress-authority-"));
  state = path.join(folder, "state", "ts-ingress");
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function certificates(chain: string): X509Certificate[] {
  return chain.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g)?.map((pem) => new X509Certificate(pem)) ?? [];
}

/** Handshakes with a server that presents `pair`; resolves when the client has verified chain and name against `ca`, rejects when not. */
async function handshake(
  pair: CertificatePair,
  ca: string,
  name: { servername?: string; host?: string },
): Promise<void> {
  const server = tls.createServer({ cert: pair.chain, key: pair.privateKey }, (socket) => socket.end());
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const done = Promise.withResolvers<void>();
  const port = (server.address() as AddressInfo).port;
  const client = tls.connect({ port, host: "127.0.0.1", ca, ...name }, done.resolve);
  client.on("error", done.reject);
  try {
    await done.promise;
  } finally {
    client.destroy();
    server.close();
  }
}

describe("DevelopmentAuthority", () => {
  test("is made once, its folder and key for the owner alone", async () => {
    const first = await DevelopmentAuthority.open(state);
    const second = await DevelopmentAuthority.open(state);
    expect(first.replaced).toBeNull();
    expect(second.replaced).toBeNull();
    expect(second.certificateFile).toBe(first.certificateFile);
    expect((await stat(state)).mode & 0o777).toBe(0o700);
    expect((await stat(path.join(state, "authority-1.pem"))).mode & 0o777).toBe(0o600);
    expect((await readdir(state)).toSorted()).toEqual(["authority-1.pem", "ca.pem"]);
    const pair = await second.issue(["a.test"]);
    expect(certificates(pair.chain)[1]?.raw).toEqual(new X509Certificate(await readFile(first.certificateFile)).raw);
  });

  test("the file to trust holds no key", async () => {
    const { certificateFile } = await DevelopmentAuthority.open(state);
    const text = await readFile(certificateFile, "utf8");
    expect(text).toMatch(/^-----BEGIN CERTIFICATE-----\n[^-]+-----END CERTIFICATE-----\n$/);
  });

  test("authority and leaf are EC P-256 with SHA-256 and marked for what they may do", async () => {
    const authority = await DevelopmentAuthority.open(state);
    const pair = await authority.issue(["Shop.Example.com.", "*.example.com", "127.0.0.1", "::1"]);
    const [leaf, ca, ...more] = certificates(pair.chain);
    if (leaf === undefined || ca === undefined) throw new Error("chain too short");
    expect(more).toEqual([]);
    expect(ca.ca).toBe(true);
    expect(leaf.ca).toBe(false);
    expect(leaf.checkIssued(ca)).toBe(true);
    expect(leaf.verify(ca.publicKey)).toBe(true);
    expect(leaf.checkPrivateKey(createPrivateKey(pair.privateKey))).toBe(true);
    expect(leaf.publicKey.asymmetricKeyDetails?.namedCurve).toBe("prime256v1");
    expect(leaf.signatureAlgorithm).toBe("ecdsa-with-SHA256");
    expect(ca.signatureAlgorithm).toBe("ecdsa-with-SHA256");
    expect(leaf.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1"]);
    expect(leaf.subjectAltName).toContain("DNS:shop.example.com");
    expect(leaf.checkHost("other.example.com")).toBe("*.example.com");
    expect(leaf.checkHost("example.com")).toBeUndefined();
    expect(leaf.checkIP("127.0.0.1")).toBe("127.0.0.1");
    expect(leaf.checkIP("::1")).toBe("::1");
    const days = (leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / DAY;
    expect(days).toBeGreaterThan(396);
    expect(days).toBeLessThanOrEqual(397);
    expect(leaf.validToDate.getTime()).toBeLessThanOrEqual(ca.validToDate.getTime());
  });

  test("a leaf does not outlive its authority", async () => {
    await DevelopmentAuthority.open(state);
    await writeFile(path.join(state, "authority-2.pem"), writeAuthority(await makeAuthority(validFor(30))));
    const authority = await DevelopmentAuthority.open(state);
    const [leaf, ca] = certificates((await authority.issue(["a.test"])).chain);
    expect(leaf?.validTo).toBe(ca?.validTo);
  });

  test("node's TLS verifies its leaves by name, wildcard and address, and only those", async () => {
    const authority = await DevelopmentAuthority.open(state);
    const ca = await readFile(authority.certificateFile, "utf8");
    const pair = await authority.issue(["shop.example.com", "*.apps.example.com", "127.0.0.1"]);
    await handshake(pair, ca, { servername: "shop.example.com" });
    await handshake(pair, ca, { servername: "one.apps.example.com" });
    await handshake(pair, ca, {});
    await expect(handshake(pair, ca, { servername: "other.example.com" })).rejects.toThrow(/altnames/);
    const stranger = (await makeAuthority()).chain;
    await expect(handshake(pair, stranger, { servername: "shop.example.com" })).rejects.toThrow(/certificate/);
  });

  test.skipIf(spawnSync("openssl", ["version"]).error !== undefined)("openssl verifies its leaves", async () => {
    const authority = await DevelopmentAuthority.open(state);
    const leaf = path.join(folder, "leaf.pem");
    await writeFile(leaf, (await authority.issue(["shop.example.com"])).chain);
    const verify = (host: string): string =>
      execFileSync(
        "openssl",
        ["verify", "-purpose", "sslserver", "-verify_hostname", host, "-CAfile", authority.certificateFile, leaf],
        { encoding: "utf8", stdio: "pipe" },
      );
    expect(verify("shop.example.com")).toContain("leaf.pem: OK");
    expect(() => verify("other.example.com")).toThrow(/hostname mismatch/i);
    const text = execFileSync("openssl", ["x509", "-noout", "-text", "-in", authority.certificateFile], {
      encoding: "utf8",
    });
    expect(text).toMatch(/Basic Constraints: critical\s+CA:TRUE, pathlen:0/);
    expect(text).toMatch(/Key Usage: critical\s+Certificate Sign, CRL Sign/);
  });

  test("the same names get the same pair, in any order and also at once", async () => {
    const authority = await DevelopmentAuthority.open(state);
    const [one, two, other] = await Promise.all([
      authority.issue(["a.test", "b.test"]),
      authority.issue(["B.test.", "a.test"]),
      authority.issue(["b.test"]),
    ]);
    expect(two).toBe(one);
    expect(other).not.toBe(one);
    expect(await authority.issue(["a.test", "b.test"])).toBe(one);
  });

  test.each([[[]], [[""]], [["a b"]], [["*"]], [["a.*.test"]], [["*.*.test"]], [["a\0.test"]], [["a,CN=b"]], [["-a"]]])(
    "makes nothing for %j",
    async (names) => {
      const authority = await DevelopmentAuthority.open(state);
      await expect(authority.issue(names)).rejects.toThrow(RangeError);
    },
  );

  test("no certificate for names too long, or an address with a zone", async () => {
    const authority = await DevelopmentAuthority.open(state);
    await expect(authority.issue([`${"a".repeat(64)}.test`])).rejects.toThrow(RangeError);
    await expect(authority.issue(["a.".repeat(127)])).resolves.toBeDefined();
    await expect(authority.issue([`${"a.".repeat(127)}b`])).rejects.toThrow(RangeError);
    await expect(authority.issue(["fe80::1%eth0"])).rejects.toThrow(RangeError);
  });
});

describe("a stored authority that cannot sign", () => {
  async function replaces(text: string, why: string): Promise<void> {
    await DevelopmentAuthority.open(state);
    const old = path.join(state, "authority-1.pem");
    await chmod(old, 0o600);
    await writeFile(old, text);
    const authority = await DevelopmentAuthority.open(state);
    expect(authority.replaced).toBe(`${old}: ${why}`);
    const ca = new X509Certificate(await readFile(authority.certificateFile));
    const [leaf] = certificates((await authority.issue(["a.test"])).chain);
    expect(leaf?.verify(ca.publicKey)).toBe(true);
    expect((await readdir(state)).toSorted()).toEqual(["authority-2.pem", "ca.pem"]);
    const again = await DevelopmentAuthority.open(state);
    expect(again.replaced).toBeNull();
    expect(new X509Certificate(await readFile(again.certificateFile)).raw).toEqual(ca.raw);
  }

  test("is replaced when empty", () => replaces("", "it holds no private key"));

  test("is replaced when cut short", async () => {
    const text = writeAuthority(await makeAuthority());
    await replaces(text.slice(0, text.length - 100), "it holds no certificate");
  });

  test("is replaced when garbled", async () => {
    const text = writeAuthority(await makeAuthority());
    await replaces(
      text.replace(/(CERTIFICATE-----\n).{20}/, "$1AAAAAAAAAAAAAAAAAAAA"),
      "its key or certificate cannot be read",
    );
  });

  test("is replaced when key and certificate differ", async () => {
    const [one, two] = [await makeAuthority(), await makeAuthority()];
    const mixed = writeAuthority({ chain: one.chain, privateKey: two.privateKey });
    await replaces(mixed, "its key does not belong to its certificate");
  });

  test("is replaced when it is no authority", async () => {
    const leaf = await makeCertificate({
      commonName: "x",
      names: [{ kind: "dns", value: "a.test" }],
      authority: false,
      ...validFor(30),
    });
    await replaces(writeAuthority(leaf), "its certificate is not that of an authority");
  });

  test("is replaced when expired", async () => {
    const now = Date.now();
    const validity = { validFrom: new Date(now - 3 * DAY), validTo: new Date(now - DAY) };
    const pair = await makeAuthority(validity);
    await replaces(writeAuthority(pair), `it expired on ${new X509Certificate(pair.chain).validTo}`);
  });

  test("is replaced within seven days of its end, not before", async () => {
    const later = await makeAuthority(validFor(9));
    await DevelopmentAuthority.open(state);
    await writeFile(path.join(state, "authority-1.pem"), writeAuthority(later));
    expect((await DevelopmentAuthority.open(state)).replaced).toBeNull();
    const pair = await makeAuthority(validFor(6));
    await replaces(writeAuthority(pair), `it expires on ${new X509Certificate(pair.chain).validTo}`);
  });
});

describe("many openings at once", () => {
  async function openAll(): Promise<void> {
    const all = await Promise.all(Array.from({ length: 8 }, () => DevelopmentAuthority.open(state)));
    const chains = await Promise.all(all.map((authority) => authority.issue(["a.test"])));
    const authorities = new Set(chains.map((pair) => certificates(pair.chain)[1]?.fingerprint256));
    expect(authorities.size).toBe(1);
    const file = new X509Certificate(await readFile(path.join(state, "ca.pem")));
    expect(authorities.has(file.fingerprint256)).toBe(true);
  }

  test("of an empty folder end with one authority", openAll);

  test("of a broken authority end with one authority", async () => {
    await DevelopmentAuthority.open(state);
    await writeFile(path.join(state, "authority-1.pem"), "broken");
    await openAll();
    expect(await readdir(state)).toHaveLength(2);
  });
});
