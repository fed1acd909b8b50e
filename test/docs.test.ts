import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { DIAGNOSTIC_CODES } from "../docs/generator/diagnostic-codes.ts";
import { BUILT } from "../src/control-plane/translate/annotations/annotations.ts";
import { KNOWN_NAMES } from "../src/control-plane/translate/annotations/known-names.ts";
import { isGuarded } from "../src/control-plane/translate/annotations/not-built.ts";
import { pages } from "../docs/generator/pages.ts";

const ROOT = join(import.meta.dirname, "..");

describe("the reference pages", () => {
  let made: ReadonlyMap<string, string>;

  beforeAll(async () => {
    made = await pages();
  });

  test("are as `npm run docs` makes them, every one", async () => {
    for (const [name, text] of made) expect(await readFile(join(ROOT, "docs", name), "utf8"), name).toBe(text);
    const committed = (await readdir(join(ROOT, "docs"))).filter((name) => name.endsWith(".md"));
    const generated = committed.filter((name) =>
      readFileSync(join(ROOT, "docs", name), "utf8").startsWith("<!-- Made by"),
    );
    expect(generated.toSorted()).toEqual([...made.keys()].toSorted());
  });

  test("hold no empty cell where something must be said", () => {
    const limits = made.get("limits.md") ?? "";
    expect(limits).not.toMatch(/\|\s+\|$/m);
  });

  test("name every annotation of ingress-nginx", () => {
    const annotations = made.get("annotations.md") ?? "";
    expect(KNOWN_NAMES.filter((name) => !annotations.includes(`\`${name}\``))).toEqual([]);
  });

  test.each(["auth-x", "limit-x", "modsecurity-x", "proxy-ssl-x", "x-snippet"])(
    "say truly that %s fails closed",
    (name) => {
      expect(isGuarded(name)).toBe(true);
    },
  );

  test("the README lists the annotations that are built, and no other", () => {
    const readme = readFileSync(join(ROOT, "README.md"), "utf8");
    const listed = [...readme.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, name]) => name ?? "");
    expect(listed.toSorted()).toEqual(BUILT.map(({ name }) => name).toSorted());
  });
});

describe("the table of diagnostic codes", () => {
  const codes = Object.assign({}, ...Object.values(DIAGNOSTIC_CODES)) as Record<
    string,
    { severities: readonly string[]; scope: string }
  >;

  test("has every code of the source and no other", () => {
    expect(Object.keys(codes).toSorted()).toEqual(codesOfSource().toSorted());
  });

  test("agrees with the severity and scope of every diagnostic in the golden folders", () => {
    const folder = join(ROOT, "test", "golden", "translate");
    const written = readdirSync(folder).flatMap((name) =>
      [...readFileSync(join(folder, name, "diagnostics.txt"), "utf8").matchAll(/^(\w+) (\w+) \((\w+)\) /gm)].map(
        ([, severity, code, scope]) => ({ severity, code, scope }),
      ),
    );
    expect(written.length).toBeGreaterThan(30);
    for (const { severity, code, scope } of written) {
      expect(codes[code ?? ""]?.severities, code).toContain(severity);
      expect(codes[code ?? ""]?.scope, code).toBe(scope);
    }
  });
});

test("ARCHITECTURE names every room of src", () => {
  const text = readFileSync(join(ROOT, "ARCHITECTURE.md"), "utf8");
  const entries = readdirSync(join(ROOT, "src"), { recursive: true, withFileTypes: true });
  const rooms = entries
    .map((entry) => [entry, relative(ROOT, join(entry.parentPath, entry.name)).replaceAll("\\", "/")] as const)
    .filter(([entry, path]) => (entry.isDirectory() ? path.split("/").length <= 3 : path.split("/").length === 2))
    .map(([entry, path]) => (entry.isDirectory() ? `\`${path}/\`` : `\`${path}\``));
  expect(rooms.length).toBeGreaterThan(20);
  expect(rooms.filter((room) => !text.includes(room))).toEqual([]);
});

describe("links", () => {
  const pages = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"];
  const inDocs = readdirSync(join(ROOT, "docs")).filter((name) => name.endsWith(".md"));
  test.each([...pages, ...inDocs.map((name) => `docs/${name}`)])("of %s lead to files", (name) => {
    const text = readFileSync(join(ROOT, name), "utf8");
    const targets = [...text.matchAll(/\]\(([^)#:]+)(?:#[^)]*)?\)/g)].map(([, target]) => target ?? "");
    for (const target of targets) expect(existsSync(join(ROOT, dirname(name), target)), target).toBe(true);
  });
});

/** Words in double quotes that have the form of a code: two capitals at least. Those that are something else are named here. */
const NO_CODES = [
  "ConfigMap",
  "ClusterIP",
  "EndpointSlice",
  "ExternalName",
  "ImplementationSpecific",
  "IngressClass",
  "PathType",
];

function codesOfSource(): string[] {
  const folder = join(ROOT, "src", "control-plane");
  // The client of API servers, and what is told through it or answered to it, find no problems of objects: their words are those of the API.
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
    (name) => name.endsWith(".ts") && !/^(?:kubernetes|status|admission)/.test(name),
  );
  const found = files.flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(/"([A-Z][a-z]+(?:[A-Z][A-Za-z0-9]*)+)"/g)].map(
      ([, word]) => word ?? "",
    ),
  );
  return [...new Set(found)].filter((word) => !NO_CODES.includes(word));
}
