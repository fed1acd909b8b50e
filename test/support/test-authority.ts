import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { DevelopmentAuthority } from "../../src/certificates/development-authority.ts";
import type { Certificate } from "../../src/snapshot/certificate.ts";
import type { CertificatePair } from "../../src/snapshot/pair.ts";

/** An authority of this test's own, in a folder that goes with it. `ca` is what a client must trust. */
export async function testAuthority(): Promise<{
  ca: string;
  issue: (...names: string[]) => Promise<CertificatePair>;
}> {
  const folder = await mkdtemp(path.join(tmpdir(), "ts-ingress-authority-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const authority = await DevelopmentAuthority.open(folder);
  return { ca: await readFile(authority.certificateFile, "utf8"), issue: (...names) => authority.issue(names) };
}

/** A pair as the snapshot names it. */
export function certificateFor(serverNames: readonly string[], pair: CertificatePair): Certificate {
  const name = serverNames.join(" ");
  return { name, origin: { kind: "Secret", namespace: "test", name }, serverNames, ...pair };
}
