import { expect, test } from "vitest";
import { seal } from "../../../src/snapshot/seal.ts";
import { makePair } from "../../support/make-pair.ts";
import { ingress, nginx, path, service, tlsSecret, translated } from "../../support/resources.ts";

const VERIFIED = { "backend-protocol": "HTTPS", "proxy-ssl-secret": "default/ca", "proxy-ssl-verify": "on" };

function asking(host: string, annotations: Record<string, string>) {
  return ingress(host, { rules: [{ host, paths: [path("/", "web:80")] }] }, nginx(annotations));
}

test("a Secret of either type gives authorities and our certificate; its content is no part of the upstream's name", async () => {
  const pair = await makePair(["gateway.internal"]);
  const upstreamsWith = (type: string, data: Record<string, string>) => {
    const { fragment } = translated([asking("a.example", VERIFIED), service("web"), tlsSecret("ca", data, type)]);
    return seal(fragment).upstreams;
  };
  const data = { ...pair, "ca.crt": pair["tls.crt"] };
  const clientCertificate = { chain: pair["tls.crt"], privateKey: pair["tls.key"] };
  const verify = { ca: pair["tls.crt"], name: "web.default.svc", depth: 1 };
  const [upstream] = upstreamsWith("Opaque", data);
  expect(upstream?.tls).toEqual({ verify, clientCertificate, minVersion: "TLSv1.2", maxVersion: "TLSv1.2" });
  expect(upstreamsWith("kubernetes.io/tls", data)).toEqual([upstream]);

  const renewed = (await makePair(["gateway.internal"]))["tls.crt"];
  const [later] = upstreamsWith("Opaque", { "ca.crt": renewed });
  expect(later?.name).toBe(upstream?.name);
  expect(later?.tls).toMatchObject({ verify: { ca: renewed } });
  expect(later?.tls).not.toHaveProperty("clientCertificate");
});

test("no two Ingresses with other settings share an upstream of one Service port, whichever is older", async () => {
  const pair = await makePair(["ca"]);
  const wishes = [
    VERIFIED,
    { ...VERIFIED, "proxy-ssl-verify": "off" },
    { ...VERIFIED, "proxy-ssl-name": "other.example" },
    { ...VERIFIED, "proxy-ssl-secret": "default/ca2" },
    { "backend-protocol": "HTTPS" },
  ];
  const objects = wishes.map((annotations, index) => asking(`h${index}.example`, annotations));
  const others = [
    service("web"),
    ...["ca", "ca2"].map((name) => tlsSecret(name, { "ca.crt": pair["tls.crt"] }, "Opaque")),
  ];
  for (const order of [objects, objects.toReversed()]) {
    const { virtualHosts, upstreams } = seal(translated([...order, ...others]).fragment);
    const named = new Map(upstreams.map((upstream) => [upstream.name, upstream]));
    const verified = virtualHosts.map(({ routes }) => {
      const action = routes[0]?.action;
      return action?.kind === "forward" ? (named.get(action.upstream)?.tls?.verify?.name ?? null) : "not served";
    });
    expect(upstreams.length).toBe(5);
    expect(verified).toEqual(["web.default.svc", null, "other.example", "web.default.svc", null]);
  }
});

test("a client certificate whose key is another's is not left out: the routes answer 503", async () => {
  const [one, other] = await Promise.all([makePair(["one"]), makePair(["other"])]);
  const secret = tlsSecret("ca", { ...one, "tls.key": other["tls.key"], "ca.crt": one["tls.crt"] }, "Opaque");
  const { fragment, diagnostics } = translated([asking("a.example", VERIFIED), service("web"), secret]);
  expect(fragment.upstreams).toEqual([]);
  expect(fragment.virtualHosts[0]?.routes[0]?.action.kind).toBe("unavailable");
  expect(diagnostics.map(({ code }) => code)).toContain("UpstreamSecretBroken");
});
