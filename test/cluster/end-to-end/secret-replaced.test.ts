import { X509Certificate } from "node:crypto";
import type { CertificatePair } from "../../../src/snapshot/pair.ts";
import { ingress, service, slice } from "./objects.ts";
import { allServed, HOST, scenario } from "./stage.ts";

scenario("a Secret is replaced under load: new handshakes get the new certificate, no request fails", async (stage) => {
  const pairs = [await stage.issue(HOST), await stage.issue(HOST), await stage.issue(HOST)];
  await stage.putTlsSecret("tls", pairs[0] as CertificatePair);
  const pod = await stage.pod("web");
  await stage.kubectl.apply([ingress("web", HOST, [{ service: "web" }]), service("web"), slice("web", [pod])]);
  const load = stage.load((await stage.controller()).https);
  for (const [at, pair] of pairs.entries()) {
    if (at > 0) await stage.putTlsSecret("tls", pair);
    const { fingerprint256 } = new X509Certificate(pair.chain);
    await load.until(`certificate ${at + 1}`, ({ certificate }) => certificate === fingerprint256);
    await load.more(100);
  }
  await allServed(load);
});
