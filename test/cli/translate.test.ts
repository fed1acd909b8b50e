import { expect, test } from "vitest";
import { parse } from "yaml";
import { DevelopmentAuthority } from "../../src/certificates/development-authority.ts";
import { ingress, service, tlsSecret } from "./manifests.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";

test("prints the snapshot with private keys redacted, diagnostics apart", async () => {
  const authority = await DevelopmentAuthority.open(await temporaryFolder());
  const { chain, privateKey } = await authority.issue(["shop.example.com"]);
  const folder = await temporaryFolder({
    "m.yaml":
      service("web") +
      ingress({ extra: "  tls: [{ hosts: [shop.example.com], secretName: web-tls }]\n" }) +
      tlsSecret(chain, privateKey, "kubernetes.io/tls"),
  });
  const json = await runCli(["translate", folder, "-o", "json"]);
  expect(json.code).toBe(0);
  expect(JSON.parse(json.stdout)).toMatchObject({
    virtualHosts: [{ host: "shop.example.com" }],
    upstreams: [{ name: "default/web:80" }],
    certificates: [{ privateKey: "[redacted]" }],
  });
  expect(json.stderr).toBe("");
  const yaml = await runCli(["translate", folder]);
  expect(parse(yaml.stdout)).toEqual(JSON.parse(json.stdout));
  for (const text of [json.stdout, json.stderr, yaml.stdout, yaml.stderr]) {
    expect(text).not.toContain("PRIVATE KEY");
    expect(text).not.toContain(privateKey.split("\n")[1]);
  }
});

test("errors exit 1, and what is right is still printed", async () => {
  const folder = await temporaryFolder({ "a.yaml": service("web") + ingress(), "b.yaml": "[" });
  const { code, stdout, stderr } = await runCli(["translate", folder, "-o", "json"]);
  expect(code).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ virtualHosts: [{ host: "shop.example.com" }] });
  expect(stderr).toContain("[FileNotParsed]");
});
