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
  expect({ ...shown, certificates: [] }).toEqual({ ...snapshot, certificates: [] });
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
