import { expect, test } from "vitest";
import { printable } from "../../../src/snapshot/printable.ts";
import { seal } from "../../../src/snapshot/seal.ts";
import { makePair } from "../../support/make-pair.ts";
import { ingress, nginx, path, service, tlsSecret, translated } from "../../support/resources.ts";
import { revoke } from "../../support/revoke.ts";
import { sign } from "../../support/sign.ts";

function asking(name: string, host: string, annotations: Record<string, string> = {}) {
  const all = { "auth-tls-secret": "default/ca", ...annotations };
  return ingress(name, { rules: [{ host, paths: [path("/", "web:80")] }] }, nginx(all));
}

function hostsOf(data: Record<string, string>, ...ingresses: ReturnType<typeof asking>[]) {
  const { fragment } = translated([...ingresses, service("web"), tlsSecret("ca", data, "Opaque")]);
  return seal(fragment);
}

test("whatever a handshake or its judgement depends on makes it another", async () => {
  const [one, other] = await Promise.all([makePair(["one"]), makePair(["other"])]);
  const ca = { "ca.crt": one["tls.crt"] };
  const idOf = (data: Record<string, string>, annotations: Record<string, string> = {}) =>
    hostsOf(data, asking("a", "a.example", annotations)).virtualHosts[0]?.clientCertificates?.id;
  const ids = [
    idOf(ca),
    idOf({ "ca.crt": other["tls.crt"] }),
    idOf(ca, { "auth-tls-verify-depth": "2" }),
    idOf(ca, { "auth-tls-verify-client": "optional" }),
    idOf(ca, { "auth-tls-verify-client": "optional_no_ca" }),
  ];
  expect(new Set(ids).size).toBe(5);
  // What is asked of a request alone is not asked in the handshake.
  expect(idOf(ca, { "auth-tls-match-cn": "CN=a", "auth-tls-pass-certificate-to-upstream": "true" })).toBe(ids[0]);
  const { virtualHosts } = hostsOf(ca, asking("a", "a.example"), asking("b", "b.example"));
  expect(virtualHosts.map((host) => host.clientCertificates?.id)).toEqual([ids[0], ids[0]]);
});

test("several authorities and several lists of what they have revoked", async () => {
  const [one, other] = await Promise.all([sign("one", { authority: true }), sign("other", { authority: true })]);
  const crls = await Promise.all([revoke(one, []), revoke(other, [one])]);
  const data = { "ca.crt": one.chain + other.chain, "ca.crl": crls.join("\n") };
  const snapshot = hostsOf(data, asking("a", "a.example"));
  expect(snapshot.virtualHosts[0]?.clientCertificates).toMatchObject({ ca: data["ca.crt"], crls });
  expect(printable(snapshot)).toMatchObject({
    virtualHosts: [{ clientCertificates: { ca: [{ subject: "CN=one" }, { subject: "CN=other" }], crls: 2 } }],
  });
});

test("the older Ingress decides for all that ask for the same, whichever way they come", async () => {
  const ca = { "ca.crt": (await makePair(["ca"]))["tls.crt"] };
  const of = (name: string, asked: Record<string, string>, created: number) =>
    ingress(name, { rules: [{ host: "a.example", paths: [path(`/${name}`, "web:80")] }] }, nginx(asked), created);
  const first = of("first", { "auth-tls-secret": "default/ca" }, 3_000);
  const second = of("second", { "auth-tls-secret": "default/ca", "auth-tls-match-cn": "CN=x" }, 2_000);
  for (const order of [
    [first, second],
    [second, first],
  ]) {
    const { virtualHosts } = hostsOf(ca, ...order);
    const served = virtualHosts[0]?.routes.map(({ name, action }) => [name, action.kind]);
    expect(served?.toSorted()).toEqual([
      ["default/first rules[0].paths[0]", "unavailable"],
      ["default/second rules[0].paths[0]", "forward"],
    ]);
  }
});
