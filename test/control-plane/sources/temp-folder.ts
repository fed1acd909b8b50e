import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

/** A folder of its own for one test, with the given files; removed afterwards. */
export async function tempFolder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const above = await mkdtemp(path.join(tmpdir(), "ts-ingress-manifests-"));
  onTestFinished(() => rm(above, { recursive: true, force: true }));
  const folder = path.join(above, "manifests");
  await mkdir(folder);
  for (const [name, content] of Object.entries(files)) await write(path.join(folder, name), content);
  return folder;
}

export async function write(file: string, content: string): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, content);
}

/** A Service manifest of six lines; its name is on line 3. */
export function service(name: string, port = 80): string {
  return `apiVersion: v1
kind: Service
metadata: { name: ${name} }
spec:
  ports:
    - { port: ${port} }
`;
}
