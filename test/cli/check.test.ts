import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { makeDefaultCertificate } from "../../src/certificates/default-certificate.ts";
import { ingress, service, tlsSecret } from "./manifests.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";

const tls = "  tls: [{ hosts: [shop.example.com], secretName: web-tls }]\n";

/** What is broken, the manifest, the codes that must be reported as errors. */
const broken: [string, string, string][] = [
  ["syntax", `${service("web")}${ingress()}\n  bad: [1,\n`, "FileNotParsed"],
  ["no pathType", service("web") + ingress({ pathType: "" }), "PathTypeMissing"],
  ["path without slash", service("web") + ingress({ path: "cart" }), "PathNotAbsolute"],
  ["host that is no name", service("web") + ingress({ host: "shop_example..com" }), "HostInvalid"],
  [
    "port by name and number",
    service("web") + ingress({ backend: "service: { name: web, port: { number: 80, name: http } }" }),
    "BackendPortAmbiguous",
  ],
  ["no such Service", ingress(), "ServiceNotFound"],
  ["no such Service port", service("web", 8080) + ingress(), "ServicePortNotFound"],
  [
    "Secret without a certificate",
    service("web") + ingress({ extra: tls }) + tlsSecret("x", "y", "Opaque"),
    "CertificateBroken",
  ],
  ["one host and path twice", service("web") + ingress() + ingress({ name: "other" }), "PathConflict"],
  [
    "resource backend",
    service("web") + ingress({ backend: "resource: { apiGroup: a, kind: Bucket, name: b }" }),
    "ResourceBackendNotServed",
  ],
  ["removed apiVersion", service("web") + ingress().replace("k8s.io/v1", "k8s.io/v1beta1"), "ApiVersionNotServed"],
];

interface Shown {
  readonly severity: string;
  readonly code: string;
  readonly object: string;
  readonly file: string | null;
  readonly line: number | null;
  readonly message: string;
  readonly remedy: string;
}

async function check(files: Readonly<Record<string, string>>): Promise<{ code: number | null; diagnostics: Shown[] }> {
  return checkFolder(await temporaryFolder(files));
}

async function checkFolder(folder: string): Promise<{ code: number | null; diagnostics: Shown[] }> {
  const { code, stdout } = await runCli(["check", folder, "-o", "json"]);
  return { code, diagnostics: (JSON.parse(stdout) as { diagnostics: Shown[] }).diagnostics };
}

/** Moves a manifest to a namespace and host of its own, so that all of them fit in one folder. */
function apart(manifest: string, name: string): string {
  return manifest
    .replaceAll("metadata: {", `metadata: { namespace: ${name},`)
    .replaceAll("metadata:\n", `metadata:\n  namespace: ${name}\n`)
    .replaceAll("shop.example.com", `${name}.example.com`);
}

describe("a folder with many mistakes", () => {
  let found: { code: number | null; diagnostics: Shown[] };

  beforeAll(async () => {
    const folder = await mkdtemp(path.join(tmpdir(), "ts-ingress-check-"));
    const writes = broken.map(([, manifest], index) =>
      writeFile(path.join(folder, `case-${index}.yaml`), apart(manifest, `case-${index}`)),
    );
    await Promise.all(writes);
    found = await checkFolder(folder);
    return () => rm(folder, { recursive: true });
  });

  test("exits 1", () => {
    expect(found.code).toBe(1);
  });

  test.each(broken.map(([what, , expected], index) => [what, expected, `case-${index}.yaml`]))(
    "%s is an error, %s, that points at its line",
    (_what, expected, file) => {
      const inFile = found.diagnostics.filter((diagnostic) => path.basename(diagnostic.file ?? "") === file);
      const diagnostic = inFile.find(({ code }) => code === expected);
      expect(diagnostic, JSON.stringify(inFile)).toMatchObject({ severity: "error" });
      expect(diagnostic?.line).toBeGreaterThan(1);
      expect(diagnostic?.remedy).not.toBe("");
    },
  );
});

test("a key that does not belong to its certificate is an error", async () => {
  const [one, other] = await Promise.all([makeDefaultCertificate(), makeDefaultCertificate()]);
  const secret = tlsSecret(one.chain, other.privateKey, "kubernetes.io/tls");
  const { code, diagnostics } = await check({ "m.yaml": service("web") + ingress({ extra: tls }) + secret });
  expect(code).toBe(1);
  expect(diagnostics).toContainEqual(expect.objectContaining({ severity: "error", code: "CertificateBroken" }));
  expect(JSON.stringify(diagnostics)).not.toContain("PRIVATE");
});

test("warnings alone exit 0", async () => {
  const { code, diagnostics } = await check({ "m.yaml": service("web") + ingress({ extra: tls }) });
  expect(diagnostics).toContainEqual(expect.objectContaining({ severity: "warning", code: "SecretNotFound" }));
  expect(code).toBe(0);
});

test("in text: what, where, what to do, and a summary; no colour for a pipe", async () => {
  const folder = await temporaryFolder({ "m.yaml": ingress() });
  const { code, stdout, stderr } = await runCli(["check", folder]);
  expect(code).toBe(1);
  expect(stderr).toBe("");
  const [what, remedy, summary] = stdout.trimEnd().split("\n");
  expect(what).toMatch(/^error Ingress default\/web \(.*m\.yaml:\d+\): .*Service default\/web.* \[ServiceNotFound\]$/);
  expect(remedy).toMatch(/^ {2}-> Create the Service/);
  expect(summary).toBe(`${folder}: 1 error, 0 warnings, 0 infos`);
});

test("classes come from flags or the environment", async () => {
  const folder = await temporaryFolder({
    "m.yaml": service("web") + ingress().replace("ingressClassName: ts-ingress", "ingressClassName: nginx"),
  });
  expect((await runCli(["check", folder, "--ingress-class", "nginx"])).code).toBe(0);
  expect((await runCli(["check", folder], { TS_INGRESS_INGRESS_CLASS: "ts-ingress,nginx" })).code).toBe(0);
  // Not one is served: a list without errors would be taken for a good sign.
  const { code, stdout } = await runCli(["check", folder]);
  expect(stdout).toContain(
    `error Folder ${folder}: the one Ingress is not served: it is of class nginx [NothingServed]`,
  );
  expect(stdout).toContain("-> Add --ingress-class nginx");
  expect(code).toBe(1);
});

test("the bundled example is in order", async () => {
  const args = ["check", "deploy/local", "--ingress-class", "nginx", "--ingress-class", "ts-ingress", "-o", "json"];
  const { code, stdout } = await runCli(args);
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: Shown[] };
  expect(diagnostics.filter(({ severity }) => severity !== "info").map(({ code }) => code)).toEqual(["SecretNotFound"]);
  expect(code).toBe(0);
});

test("manifests on standard input are named so", async () => {
  const { code, stdout } = await runCli(["check", "-"], {}, ingress());
  expect(stdout).toContain("error Ingress default/web (standard input:13): ");
  expect(stdout).toMatch(/^standard input: 1 error, /m);
  expect(code).toBe(1);
  expect((await runCli(["check", "-"], {}, "")).stdout).toContain("standard input: holds no manifests");
});
