import { expect, test } from "vitest";
import { printable } from "../../src/snapshot/printable.ts";
import { seal } from "../../src/snapshot/seal.ts";
import { makePair } from "../support/make-pair.ts";
import { ORIGIN, upstream, virtualHost } from "../support/routes.ts";

test("a snapshot is shown without a key, everything else as it is", async () => {
  const made = await makePair(["shop.example"]);
  const pair = { chain: made["tls.crt"], privateKey: made["tls.key"] };
  const snapshot = seal({
    virtualHosts: [virtualHost("shop.example", ["Prefix /"])],
    upstreams: [upstream("web", [80])],
    certificates: [{ name: "shop/tls", origin: ORIGIN, serverNames: ["shop.example"], ...pair }],
  });
  const shown = printable(snapshot);
  const written = JSON.parse(JSON.stringify({ ...snapshot, certificates: [] })) as object;
  expect({ ...shown, certificates: [] }).toEqual(written);
  expect(shown["certificates"]).toEqual([
    {
      name: "shop/tls",
      origin: ORIGIN,
      serverNames: ["shop.example"],
      privateKey: "[redacted]",
      leaf: {
        subject: "CN=test",
        subjectAltName: "DNS:shop.example",
        issuer: expect.any(String),
        validFrom: expect.any(String),
        validTo: expect.any(String),
        fingerprint256: expect.stringMatching(/^[0-9A-F]{2}(?::[0-9A-F]{2}){31}$/),
      },
    },
  ]);
  const text = JSON.stringify(shown);
  const keyLine = pair.privateKey.split("\n")[1] as string;
  expect(keyLine.length).toBeGreaterThan(40);
  expect(text).not.toContain(keyLine);
  expect(text).not.toContain("PRIVATE KEY");
});

test("the key with which we present ourselves to an upstream is not shown either", async () => {
  const made = await makePair(["gateway.internal"]);
  const pair = { chain: made["tls.crt"], privateKey: made["tls.key"] };
  const tls = {
    verify: { ca: pair.chain + pair.chain, name: "web.shop.svc", depth: 1 },
    clientCertificate: pair,
    serverName: "web.shop.svc",
    minVersion: "TLSv1.2",
    maxVersion: "TLSv1.3",
  } as const;
  const shown = printable(
    seal({ virtualHosts: [], upstreams: [{ ...upstream("web", [443]), tls }], certificates: [] }),
  );
  const leaf = expect.objectContaining({ subjectAltName: "DNS:gateway.internal" });
  expect(shown["upstreams"]).toEqual([
    expect.objectContaining({
      name: "web",
      tls: {
        ...tls,
        verify: { ca: [leaf, leaf], name: "web.shop.svc", depth: 1 },
        clientCertificate: { leaf, privateKey: "[redacted]" },
      },
    }),
  ]);
  const text = JSON.stringify(shown);
  expect(text).not.toContain(pair.privateKey.split("\n")[1]);
  expect(text).not.toContain("PRIVATE KEY");
});
