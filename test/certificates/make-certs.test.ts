import { spawnSync } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";

const SCRIPT = path.resolve(import.meta.dirname, "../../certs/make-certs.ts");
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "ts-ingress-certs-"));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

function run(...words: string[]) {
  return spawnSync(process.execPath, [SCRIPT, "--out", folder, ...words], { encoding: "utf8" });
}

test("writes an authority and a leaf, and never overwrites without --force", async () => {
  const first = run("*.example.test", "10.0.0.1");
  expect(first.stderr).toBe("");
  expect(first.status).toBe(0);
  expect(first.stdout).toContain(`curl --cacert ${path.join(folder, "ca.pem")} https://www.example.test:8443/`);
  const file = path.join(folder, "_wildcard.example.test.crt");
  const before = await readFile(file, "utf8");
  const ca = await readFile(path.join(folder, "ca.pem"), "utf8");
  const leaf = new X509Certificate(before);
  expect(leaf.verify(new X509Certificate(ca).publicKey)).toBe(true);
  expect(leaf.subjectAltName).toBe("DNS:*.example.test, IP Address:10.0.0.1");
  expect((await stat(path.join(folder, "_wildcard.example.test.key"))).mode & 0o777).toBe(0o600);

  const second = run("*.example.test");
  expect(second.status).toBe(1);
  expect(second.stderr).toContain("--force");
  expect(await readFile(file, "utf8")).toBe(before);

  const third = run("--force", "*.example.test");
  expect(third.status).toBe(0);
  expect(await readFile(file, "utf8")).not.toBe(before);
  expect(await readFile(path.join(folder, "ca.pem"), "utf8")).toBe(ca);
});

test("tells wrong usage from failure", () => {
  expect(run("--nonsense").status).toBe(2);
  const wrong = run("not a name");
  expect(wrong.status).toBe(2);
  expect(wrong.stderr).toContain('no certificate for "not a name"');
  expect(run("--help").stdout).toMatch(/^Usage: npm run certs/);
});
