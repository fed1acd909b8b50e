import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { documents, KUSTOMIZE, read } from "./documents.ts";

const ROOT = path.join(KUSTOMIZE, "../..");
const DOCKERFILE = read(ROOT, "Dockerfile");
const said = (pattern: RegExp): string => pattern.exec(DOCKERFILE)?.[1] ?? `nothing for ${pattern}`;

test("the image has the Node that the tests run on", () => {
  const launcher = /^const VERSION = "(.*)";$/m.exec(read(ROOT, "bin/node-runtime.cjs"))?.[1];
  expect(said(/^ARG NODE_VERSION=(.*)$/m)).toBe(launcher);
});

test("the image has the package's version, and runs as the user of the manifests", () => {
  const { version } = JSON.parse(read(ROOT, "package.json")) as { version: string };
  expect(said(/^ARG VERSION=(.*)$/m)).toBe(version);
  const { spec } = documents(read(KUSTOMIZE, "base/deployment.yaml"))[0].spec.template;
  expect(said(/^USER (.*)$/m)).toBe(`${spec.securityContext.runAsUser}:${spec.securityContext.runAsGroup}`);
});

test("what is copied into the image is there, and admitted to it", () => {
  const admitted = new Set([...read(ROOT, ".dockerignore").matchAll(/^!(.*)$/gm)].map(([, file]) => file));
  const copied = [...DOCKERFILE.matchAll(/^COPY (?!--from)(.*) \S+$/gm)].flatMap(([, files]) =>
    (files ?? "").split(" "),
  );
  expect(copied.length).toBeGreaterThan(5);
  for (const file of copied) {
    expect(existsSync(path.join(ROOT, file)), file).toBe(true);
    expect(admitted, file).toContain(file);
  }
});

test("the image starts what the package's command starts when it is compiled", () => {
  expect(said(/^ENTRYPOINT (.*)$/m)).toBe('["/usr/local/bin/node", "--max-semi-space-size=16", "/app/dist/main.js"]');
  expect(read(ROOT, "bin/ts-ingress.cjs")).toContain('"dist", "main.js"');
});
