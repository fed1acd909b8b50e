import { chmod, mkdir, symlink, truncate } from "node:fs/promises";
import path from "node:path";
import { expect, test } from "vitest";
import { ManifestFolder } from "../../../src/control-plane/sources/manifest-folder.ts";
import type { Loaded } from "../../../src/control-plane/sources/sources.ts";
import { service, tempFolder, write } from "./temp-folder.ts";

function names(loaded: Loaded): string[] {
  return loaded.resources.services.map((found) => found.metadata.name);
}

function load(folder: string): Promise<Loaded> {
  return new ManifestFolder(folder).load();
}

test("reads all manifests below, in the order of their paths, and nothing else", async () => {
  const list = {
    apiVersion: "v1",
    kind: "List",
    items: [{ apiVersion: "v1", kind: "Service", metadata: { name: "json" }, spec: {} }],
  };
  const folder = await tempFolder({
    "z.yaml": service("last"),
    "b/two.yml": `${service("two-a")}---\n${service("two-b")}`,
    "b/list.json": JSON.stringify(list),
    "a.yaml": service("first"),
    ".hidden.yaml": service("hidden"),
    ".git/x.yaml": service("git"),
    "node_modules/x.yaml": service("module"),
    "notes.txt": service("text"),
    "web.yaml~": service("backup"),
  });
  const loaded = await load(folder);
  expect(loaded.diagnostics).toEqual([]);
  expect(names(loaded)).toEqual(["first", "json", "two-a", "two-b", "last"]);
});

test("files are named as the person would write them", async () => {
  const folder = await tempFolder({ "sub/web.yaml": "apiVersion: v1\nkind: Service\n" });
  const relative = path.relative(process.cwd(), folder);
  for (const written of [relative, `${relative}/`, `./${relative}`]) {
    const { diagnostics } = await load(written);
    expect(diagnostics).toMatchObject([{ object: { file: path.join(relative, "sub/web.yaml"), line: 1 } }]);
  }
  expect(new ManifestFolder("deploy/local").name).toBe("folder deploy/local");
});

test("a single file is read whatever its name", async () => {
  const folder = await tempFolder({ "manifest.txt": service("web"), "other.yaml": service("other") });
  expect(names(await load(path.join(folder, "manifest.txt")))).toEqual(["web"]);
});

test("duplicates in two files are a conflict", async () => {
  const folder = await tempFolder({ "a.yaml": service("web", 1), "b.yaml": service("web", 2) });
  const loaded = await load(folder);
  expect(loaded.resources.services).toMatchObject([{ spec: { ports: [{ port: 1 }] } }]);
  expect(loaded.diagnostics).toMatchObject([{ code: "ObjectDuplicate", scope: "conflict" }]);
});

test("a broken file costs that file", async () => {
  const folder = await tempFolder({ "a.yaml": "kind: [\n", "b.yaml": service("web") });
  const loaded = await load(folder);
  expect(names(loaded)).toEqual(["web"]);
  expect(loaded.diagnostics).toMatchObject([
    { code: "FileNotParsed", object: { kind: "File", file: path.join(folder, "a.yaml") } },
  ]);
  expect(loaded.diagnostics[0]?.message).not.toContain("last good");
});

test("a folder that is not there, and one without manifests", async () => {
  const folder = await tempFolder({ "notes.txt": "", ".a.yaml": service("hidden") });
  const missing = path.join(folder, "missing");
  expect((await load(missing)).diagnostics).toMatchObject([
    {
      severity: "error",
      code: "FolderUnreadable",
      object: { kind: "Folder", namespace: "", name: missing, file: missing },
      message: "cannot be read: it does not exist",
    },
  ]);
  expect((await load(folder)).diagnostics).toMatchObject([
    {
      severity: "error",
      code: "FolderEmpty",
      message: "holds no manifests: no file below it ends in .yaml, .yml or .json",
    },
  ]);
});

test("a link to nothing, a file too large", async () => {
  const folder = await tempFolder({ "large.yaml": "", "web.yaml": service("web") });
  await symlink("nowhere.yaml", path.join(folder, "link.yaml"));
  await truncate(path.join(folder, "large.yaml"), 16 * 1024 * 1024 + 1);
  const loaded = await load(folder);
  expect(names(loaded)).toEqual(["web"]);
  expect(loaded.diagnostics.map(({ code, object, message }) => [code, object.name, message])).toEqual([
    ["FileUnreadable", path.join(folder, "link.yaml"), "is a link to nothing"],
    [
      "FileTooLarge",
      path.join(folder, "large.yaml"),
      "has 16777217 bytes, more than the 16777216 that are read of one file",
    ],
  ]);
});

// The superuser may read everything.
test.skipIf(process.getuid?.() === 0)("a file and a folder that may not be read", async () => {
  const folder = await tempFolder({ "web.yaml": service("web"), "closed.yaml": service("closed"), "sub/x.yaml": "" });
  await chmod(path.join(folder, "closed.yaml"), 0);
  await chmod(path.join(folder, "sub"), 0);
  const loaded = await load(folder);
  await chmod(path.join(folder, "sub"), 0o700);
  expect(names(loaded)).toEqual(["web"]);
  expect(loaded.diagnostics.map(({ object, message }) => [object.name, message])).toEqual([
    [`${folder}/sub`, "cannot be read: permission denied"],
    [`${folder}/closed.yaml`, "cannot be read: permission denied"],
  ]);
});

test("links are followed, but never in a circle", async () => {
  const folder = await tempFolder({ "sub/web.yaml": service("web") });
  await write(path.join(folder, "../elsewhere/linked.yaml"), service("linked"));
  await symlink("../elsewhere", path.join(folder, "more"));
  await symlink("../elsewhere/linked.yaml", path.join(folder, "again.yaml"));
  await symlink("..", path.join(folder, "sub/circle"));
  await symlink("self.yaml", path.join(folder, "self.yaml"));
  await mkdir(path.join(folder, "empty"));
  const loaded = await load(folder);
  expect(names(loaded)).toEqual(["linked", "web"]);
  expect(loaded.diagnostics.map(({ code, message }) => [code, message])).toEqual([
    ["FileUnreadable", "cannot be read: its symbolic links go in a circle"],
    ["ObjectDuplicate", expect.stringContaining("linked")],
  ]);
});
