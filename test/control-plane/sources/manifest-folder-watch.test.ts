import { execFile } from "node:child_process";
import { mkdir, rename, rm, symlink, unlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { ManifestFolder } from "../../../src/control-plane/sources/manifest-folder.ts";
import type { Loaded } from "../../../src/control-plane/sources/sources.ts";
import { service, tempFolder, write } from "./temp-folder.ts";

/** Follows a folder; ends with the test. */
class Follower {
  readonly #stop = new AbortController();
  readonly #loads: AsyncIterator<Loaded>;
  /** Every moment that was yielded. */
  readonly seen: Loaded[] = [];

  constructor(folder: string, options: { watch?: boolean } = {}) {
    this.#loads = new ManifestFolder(folder, options).watch(this.#stop.signal)[Symbol.asyncIterator]();
    onTestFinished(() => this.stop());
  }

  async next(): Promise<Loaded> {
    const result = await this.#loads.next();
    if (result.done) throw new Error("the source ended");
    this.seen.push(result.value);
    return result.value;
  }

  /** Reads on until the Services are these: a change in several steps may be yielded in several moments. */
  async until(...expected: string[]): Promise<Loaded> {
    for (;;) {
      const loaded = await this.next();
      if (names(loaded).join() === expected.join()) return loaded;
    }
  }

  /** Aborts; resolves when the source has ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    while (!(await this.#loads.next()).done);
  }
}

/** "web:80" for each Service. */
function names(loaded: Loaded): string[] {
  return loaded.resources.services.map(({ metadata, spec }) => `${metadata.name}:${spec.ports[0]?.port}`);
}

test("edits, new files and folders, and removals are seen", async () => {
  const folder = await tempFolder({ "a.yaml": service("a") });
  const follower = new Follower(folder);
  expect(names(await follower.next())).toEqual(["a:80"]);

  await write(path.join(folder, "a.yaml"), service("a", 81));
  await follower.until("a:81");
  await write(path.join(folder, "new/deep/b.yaml"), service("b"));
  await follower.until("a:81", "b:80");
  await write(path.join(folder, "new/deep/b.yaml"), service("b", 82));
  await follower.until("a:81", "b:82");
  await unlink(path.join(folder, "a.yaml"));
  await follower.until("b:82");
  await rm(path.join(folder, "new"), { recursive: true });
  const empty = await follower.until();
  expect(empty.diagnostics).toMatchObject([{ code: "FolderEmpty" }]);
});

test("an editor that writes beside and renames", async () => {
  const folder = await tempFolder({ "a.yaml": service("a") });
  const follower = new Follower(folder);
  await follower.next();
  for (const port of [81, 82, 83]) {
    await write(path.join(folder, ".a.yaml.swp"), service("a", port));
    await rename(path.join(folder, ".a.yaml.swp"), path.join(folder, "a.yaml"));
    await follower.until(`a:${port}`);
  }
});

test("a mounted ConfigMap: ..data is swapped", async () => {
  const folder = await tempFolder({ "..1/web.yaml": service("web", 1), "..1/sub/more.yaml": service("more", 1) });
  await symlink("..1", path.join(folder, "..data"));
  await symlink("..data/web.yaml", path.join(folder, "web.yaml"));
  await symlink("..data/sub", path.join(folder, "sub"));
  const follower = new Follower(folder);
  expect(names(await follower.next())).toEqual(["more:1", "web:1"]);
  for (const version of [2, 3]) {
    await write(path.join(folder, `..${version}/web.yaml`), service("web", version));
    await write(path.join(folder, `..${version}/sub/more.yaml`), service("more", version));
    await symlink(`..${version}`, path.join(folder, "..data_tmp"));
    await rename(path.join(folder, "..data_tmp"), path.join(folder, "..data"));
    await rm(path.join(folder, `..${version - 1}`), { recursive: true });
    await follower.until(`more:${version}`, `web:${version}`);
  }
});

test("a file that is a link to elsewhere, edited there", async () => {
  const folder = await tempFolder();
  const real = path.join(folder, "../elsewhere/web.yaml");
  await write(real, service("web"));
  await symlink(real, path.join(folder, "web.yaml"));
  const follower = new Follower(folder);
  await follower.next();
  await write(real, service("web", 81));
  await follower.until("web:81");
});

test("a single file, edited and replaced", async () => {
  const folder = await tempFolder({ "web.yaml": service("web") });
  const file = path.join(folder, "web.yaml");
  const follower = new Follower(file);
  await follower.next();
  await write(file, service("web", 81));
  await follower.until("web:81");
  await write(path.join(folder, "new"), service("web", 82));
  await rename(path.join(folder, "new"), file);
  await follower.until("web:82");
});

test("a folder that vanishes keeps what it held, and is followed again when it is back", async () => {
  const folder = await tempFolder({ "a.yaml": service("a") });
  const follower = new Follower(folder);
  await follower.next();
  await rename(folder, `${folder}.gone`);
  const gone = await follower.until("a:80");
  expect(gone.diagnostics).toMatchObject([
    { code: "FolderUnreadable", message: "cannot be read: it does not exist; what it held stays in use" },
  ]);
  await mkdir(folder);
  await write(path.join(folder, "b.yaml"), service("b"));
  expect((await follower.until("b:80")).diagnostics).toEqual([]);
  await write(path.join(folder, "b.yaml"), service("b", 81));
  await follower.until("b:81");
});

test("a folder behind a link that is deleted and made again", async () => {
  const base = await tempFolder({ "real/a.yaml": service("a") });
  const away = await tempFolder({ "deep/b.yaml": service("b") });
  await symlink(path.join(base, "real"), path.join(away, "link"));
  const follower = new Follower(path.join(away, "link"));
  await follower.next();
  await rm(path.join(base, "real"), { recursive: true });
  expect((await follower.until("a:80")).diagnostics).toMatchObject([{ code: "FolderUnreadable" }]);
  await write(path.join(base, "real/a.yaml"), service("a", 81));
  await follower.until("a:81");
  await write(path.join(base, "real/a.yaml"), service("a", 82));
  await follower.until("a:82");
});

test("a link inside that leads to nothing for a while", async () => {
  const base = await tempFolder({ "real/a.yaml": service("a") });
  const folder = await tempFolder({ "b.yaml": service("b") });
  await symlink(path.join(base, "real"), path.join(folder, "link"));
  const follower = new Follower(folder);
  await follower.next();
  await rm(base, { recursive: true });
  await follower.until("b:80");
  await write(path.join(base, "real/a.yaml"), service("a", 81));
  await follower.until("b:80", "a:81");
});

test("a folder that goes together with the one above it", async () => {
  const base = await tempFolder({ "above/folder/a.yaml": service("a") });
  const follower = new Follower(path.join(base, "above/folder"));
  await follower.next();
  await rm(path.join(base, "above"), { recursive: true });
  await follower.until("a:80");
  await write(path.join(base, "above/folder/a.yaml"), service("a", 81));
  await follower.until("a:81");
});

test("a folder that comes later", async () => {
  const folder = path.join(await tempFolder(), "later");
  const follower = new Follower(folder);
  expect((await follower.next()).diagnostics).toMatchObject([{ code: "FolderUnreadable" }]);
  await mkdir(folder);
  await write(path.join(folder, "a.yaml"), service("a"));
  await follower.until("a:80");
});

test("a broken edit keeps the last good version of that file, and says so", async () => {
  const folder = await tempFolder({ "a.yaml": service("a"), "b.yaml": service("b") });
  const follower = new Follower(folder);
  await follower.next();
  await write(path.join(folder, "a.yaml"), `${service("c")}---\nkind: [\n`);
  const broken = await follower.next();
  expect(names(broken)).toEqual(["a:80", "b:80"]);
  expect(broken.diagnostics).toHaveLength(1);
  expect(broken.diagnostics[0]).toMatchObject({ severity: "error", code: "FileNotParsed", object: { line: 9 } });
  expect(broken.diagnostics[0]?.message).toMatch(/; the last good version of this file stays in use$/);

  // Another file may change in the meantime.
  await write(path.join(folder, "b.yaml"), service("b", 81));
  expect((await follower.until("a:80", "b:81")).diagnostics).toEqual(broken.diagnostics);
  await write(path.join(folder, "a.yaml"), service("a", 82));
  expect((await follower.until("a:82", "b:81")).diagnostics).toEqual([]);
  // A file that was removed has no last good version any more.
  await unlink(path.join(folder, "a.yaml"));
  await follower.until("b:81");
  await write(path.join(folder, "a.yaml"), "kind: [\n");
  const again = await follower.next();
  expect(names(again)).toEqual(["b:81"]);
  expect(again.diagnostics[0]?.message).not.toContain("last good");
});

test("what did not change the content is not yielded", async () => {
  const folder = await tempFolder({ "a.yaml": service("a") });
  const follower = new Follower(folder);
  await follower.next();
  await writeFile(path.join(folder, "a.yaml"), service("a"));
  await write(path.join(folder, "notes.txt"), "nothing of ours");
  await write(path.join(folder, "a.yaml"), service("a", 81));
  await follower.until("a:81");
  expect(follower.seen.map(names)).toEqual([["a:80"], ["a:81"]]);
});

test("many files at once end in the right state", async () => {
  const folder = await tempFolder({ "n0.yaml": service("n0") });
  const follower = new Follower(folder);
  await follower.next();
  const all = Array.from({ length: 60 }, (_, index) => `n${index}`);
  await Promise.all(all.map((name) => write(path.join(folder, name, "web.yaml"), service(name))));
  await unlink(path.join(folder, "n0.yaml"));
  await follower.until(...all.toSorted().map((name) => `${name}:80`));
});

test("without watching it yields once and ends with the signal", async () => {
  const folder = await tempFolder({ "a.yaml": service("a") });
  const follower = new Follower(folder, { watch: false });
  expect(names(await follower.next())).toEqual(["a:80"]);
  await follower.stop();
  expect(follower.seen).toHaveLength(1);
});

test("nothing keeps the process alive after the signal", async () => {
  const folder = await tempFolder({ "sub/a.yaml": service("a") });
  const source = new URL("../../../src/control-plane/sources/manifest-folder.ts", import.meta.url).href;
  const script = `
    import { ManifestFolder } from ${JSON.stringify(source)};
    const stop = new AbortController();
    for await (const loaded of new ManifestFolder(${JSON.stringify(folder)}).watch(stop.signal)) {
      console.log(loaded.resources.services.length);
      setImmediate(() => stop.abort());
    }
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
  expect(stdout).toBe("1\n");
});
