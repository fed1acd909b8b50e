import tls from "node:tls";
import { generate } from "selfsigned";
import { beforeAll, describe, expect, test } from "vitest";
import type { CertificatePair } from "../../../src/snapshot/pair.ts";
import { connect, echo, listen, makePair } from "./tls-support.ts";
import type { Listener } from "./tls-support.ts";

let ec: CertificatePair;
let rsa: CertificatePair;

beforeAll(async () => {
  ec = await makePair("ec");
  const made = await generate([{ name: "commonName", value: "rsa" }], { algorithm: "sha256", keySize: 2048 });
  rsa = { chain: made.cert, privateKey: made.private };
});

/** Every TLS 1.2 suite this OpenSSL has a client for, weak ones included. */
const SUITES = tls
  .getCiphers()
  .map((name) => name.toUpperCase())
  .filter((name) => !name.startsWith("TLS_"));
/** OpenSSL's default would not even offer the weak ones: a refusal must be the server's. */
const WEAK = ":@SECLEVEL=0";

const accept = (listener: Listener, options: tls.ConnectionOptions): Promise<string | null> =>
  connect(listener, options).then(
    (socket) => {
      const { name } = socket.getCipher();
      socket.destroy();
      return name;
    },
    () => null,
  );

/** Those of `suites` a handshake succeeds with, each offered alone. */
async function accepted(listener: Listener): Promise<string[]> {
  const names: string[] = [];
  for (const suite of SUITES) {
    const options: tls.ConnectionOptions = { maxVersion: "TLSv1.2", ciphers: suite + WEAK, servername: "x.test" };
    if ((await accept(listener, options)) !== null) names.push(suite);
  }
  return names.toSorted();
}

describe("suites", () => {
  // With parameters on offer, so that only the list of suites stands against DHE.
  const dhe: tls.TlsOptions = { dhparam: "auto" };

  test("the list to choose from holds what must be refused", () => {
    expect(SUITES).toEqual(expect.arrayContaining(["ECDHE-ECDSA-AES128-SHA256", "ECDHE-RSA-AES128-SHA256"]));
    expect(SUITES).toEqual(expect.arrayContaining(["DHE-RSA-AES128-GCM-SHA256", "AES128-GCM-SHA256"]));
  });

  test("with an EC key: the three of Mozilla intermediate and no other", async () => {
    await using listener = await listen({ defaultCertificate: () => Promise.resolve(ec) }, dhe);
    expect(await accepted(listener)).toEqual([
      "ECDHE-ECDSA-AES128-GCM-SHA256",
      "ECDHE-ECDSA-AES256-GCM-SHA384",
      "ECDHE-ECDSA-CHACHA20-POLY1305",
    ]);
  });

  test("with an RSA key: the three of Mozilla intermediate and no other", async () => {
    await using listener = await listen({ defaultCertificate: () => Promise.resolve(rsa) }, dhe);
    expect(await accepted(listener)).toEqual([
      "ECDHE-RSA-AES128-GCM-SHA256",
      "ECDHE-RSA-AES256-GCM-SHA384",
      "ECDHE-RSA-CHACHA20-POLY1305",
    ]);
  });

  test.each(["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"])(
    "TLS 1.3: %s",
    async (suite) => {
      await using listener = await listen({ defaultCertificate: () => Promise.resolve(ec) });
      expect(await accept(listener, { minVersion: "TLSv1.3", ciphers: suite })).toBe(suite);
    },
  );

  test("TLS 1.3: no CCM", async () => {
    await using listener = await listen({ defaultCertificate: () => Promise.resolve(ec) });
    expect(await accept(listener, { minVersion: "TLSv1.3", ciphers: "TLS_AES_128_CCM_SHA256" })).toBeNull();
  });

  test("the client's order counts", async () => {
    await using listener = await listen({ defaultCertificate: () => Promise.resolve(ec) });
    const [chacha, aes] = ["ECDHE-ECDSA-CHACHA20-POLY1305", "ECDHE-ECDSA-AES128-GCM-SHA256"];
    const maxVersion = "TLSv1.2";
    expect(await accept(listener, { maxVersion, ciphers: `${chacha}:${aes}` })).toBe(chacha);
    expect(await accept(listener, { maxVersion, ciphers: `${aes}:${chacha}` })).toBe(aes);
  });
});

describe("versions, groups, protocols", () => {
  test.each([
    ["TLSv1", false],
    ["TLSv1.1", false],
    ["TLSv1.2", true],
    ["TLSv1.3", true],
  ] as const)("%s: %s", async (version, expected) => {
    // With suites old versions could use, so that only the versions allowed stand against them.
    const lax = { ciphers: `ALL${WEAK}` };
    await using listener = await listen({ defaultCertificate: () => Promise.resolve(ec) }, lax);
    const options = { minVersion: version, maxVersion: version, ciphers: `DEFAULT${WEAK}` };
    expect((await accept(listener, options)) !== null).toBe(expected);
    if (!expected) {
      expect(listener.failures.map((error) => (error as NodeJS.ErrnoException).code)).toEqual([
        "ERR_SSL_UNSUPPORTED_PROTOCOL",
      ]);
    }
  });

  test.each([
    ["X25519MLKEM768", true],
    ["X25519", true],
    ["prime256v1", true],
    ["secp384r1", true],
    ["secp521r1", false],
    ["X448", false],
    ["SecP256r1MLKEM768", false],
  ])("group %s: %s", async (ecdhCurve, expected) => {
    await using listener = await listen({ defaultCertificate: () => Promise.resolve(ec) });
    expect((await accept(listener, { minVersion: "TLSv1.3", ecdhCurve, servername: "x.test" })) !== null).toBe(
      expected,
    );
  });

  test("speaks http/1.1 and refuses a client that insists on something else", async () => {
    await using listener = await listen({ defaultCertificate: () => Promise.resolve(ec) });
    const socket = await connect(listener, { ALPNProtocols: ["h2", "http/1.1"] });
    expect(socket.alpnProtocol).toBe("http/1.1");
    socket.destroy();
    expect(await accept(listener, { ALPNProtocols: ["h2"] })).toBeNull();
  });

  test("a client may not renegotiate", async () => {
    await using listener = await listen({ defaultCertificate: () => Promise.resolve(ec) });
    const socket = await connect(listener, { maxVersion: "TLSv1.2", servername: "x.test" });
    const failed = Promise.withResolvers<Error>();
    socket.on("error", failed.resolve);
    socket.renegotiate({ rejectUnauthorized: false }, (error) => failed.resolve(error ?? new Error("renegotiated")));
    expect((await failed.promise).message).toMatch(/no.renegotiation/i);
    socket.destroy();
  });

  test.each(["TLSv1.2", "TLSv1.3"] as const)("a client may resume its session: %s", async (version) => {
    await using listener = await listen({ defaultCertificate: () => Promise.resolve(ec) });
    const options = { minVersion: version, maxVersion: version, servername: "x.test" };
    const ticket = Promise.withResolvers<Buffer>();
    const first = await connect(listener, options);
    first.on("session", ticket.resolve);
    if (version === "TLSv1.2") ticket.resolve(first.getSession() ?? Buffer.alloc(0));
    // In TLS 1.3 tickets come after the handshake.
    await echo(first, "hello");
    const second = await connect(listener, { ...options, session: await ticket.promise });
    expect(second.isSessionReused()).toBe(true);
    first.destroy();
    second.destroy();
  });

  test("handshakes may take ten seconds", async () => {
    await using listener = await listen({ defaultCertificate: () => Promise.resolve(ec) });
    expect(listener.contexts.secureOptions().handshakeTimeout).toBe(10_000);
  });
});
