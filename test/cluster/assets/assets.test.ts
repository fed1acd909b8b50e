import { spawn } from "node:child_process";
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { keptCode } from "../../support/kept-code.ts";
import { type Outcome, outcomeOf } from "../../support/outcome.ts";
import { assetsFolder } from "./place.ts";

const SCRIPT = path.join(import.meta.dirname, "run.ts");
/** A Go that says it is one, and "builds" by copying itself. */
const WORKS = `#!/bin/sh
echo "$@" >> "$(dirname "$0")/calls"
case "$1" in
  env) echo go1.99.0 ;;
  list) printf 'a\\nb\\n' ;;
  build) while [ "$1" != -o ]; do shift; done; echo k8s.io/a >&2; cp "$0" "$2" ;;
esac`;
const TOO_OLD = `#!/bin/sh
echo "go: go.mod requires go >= 1.26.0 (running go 1.22.1; GOTOOLCHAIN=local)" >&2; exit 1`;
const BREAKS = WORKS.replace("cp ", 'echo "a.go:1:2: undefined: x" >&2; exit 1; : ');

/** Runs the command with this script for `go`, or with none. */
async function build(
  go: string | null,
): Promise<{ folder: string; calls: () => Promise<string>; run: () => Promise<Outcome> }> {
  const folder = await mkdtemp(path.join(tmpdir(), "ts-ingress-assets-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const bin = path.join(folder, "go");
  if (go !== null) await writeFile(bin, go);
  if (go !== null) await chmod(bin, 0o755);
  const PATH = go === null ? folder : `${folder}:/usr/bin:/bin`;
  const environment = { PATH, HOME: folder, XDG_CACHE_HOME: folder, ...keptCode() };
  return {
    folder,
    calls: () => readFile(path.join(folder, "calls"), "utf8"),
    run: () => runScript(environment),
  };
}

function runScript(env: NodeJS.ProcessEnv, ...args: readonly string[]): Promise<Outcome> {
  return outcomeOf(spawn(process.execPath, [SCRIPT, ...args], { env, stdio: ["ignore", "pipe", "pipe"] }));
}

test("the three programs are built once, and stdout says nothing but where they are", async () => {
  const { folder, calls, run } = await build(WORKS);
  const first = await run();
  const [where] = await readdir(path.join(folder, "ts-ingress"));
  const assets = path.join(folder, "ts-ingress", where ?? "");
  expect(first).toMatchObject({ code: 0, stdout: `KUBEBUILDER_ASSETS=${assets}\n` });
  expect((await readdir(assets)).sort()).toEqual(["built-of", "etcd", "kube-apiserver", "kubectl"]);
  const called = await calls();
  expect(called).toMatch(/-X k8s\.io\/component-base\/version\.gitVersion=v\d+\.\d+\.\d+ /);

  expect(await run()).toEqual({ code: 0, stdout: first.stdout, stderr: "" });
  expect(await calls()).toBe(called);

  await writeFile(path.join(assets, "built-of"), "other modules");
  expect(await run()).toMatchObject({ code: 0 });
  expect((await calls()).length).toBe(2 * called.length);
});

test("without Go, and with one that is too old, it says so and ends with 3", async () => {
  expect(await (await build(null)).run()).toMatchObject({
    code: 3,
    stdout: "",
    stderr: expect.stringMatching(/^There is no Go/),
  });
  const old = await (await build(TOO_OLD)).run();
  expect(old).toMatchObject({ code: 3, stdout: "", stderr: expect.stringContaining("requires go >= 1.26.0") });
});

test("a build that fails ends with 1, shows what Go said, and is not taken for done", async () => {
  const { run } = await build(BREAKS);
  for (const attempt of [await run(), await run()]) {
    expect(attempt).toMatchObject({ code: 1, stdout: "", stderr: expect.stringContaining("undefined: x") });
  }
});

test("wrong usage ends with 2", async () => {
  expect(await runScript({ HOME: tmpdir() }, "--into", "x")).toMatchObject({ code: 2, stdout: "" });
});

test("the cache folder follows XDG, which ignores relative paths", () => {
  expect(assetsFolder("v1.2.3", { XDG_CACHE_HOME: "/var/cache" })).toBe("/var/cache/ts-ingress/cluster-assets-v1.2.3");
  expect(assetsFolder("v1.2.3", { XDG_CACHE_HOME: "cache" })).toMatch(/\.cache\/ts-ingress\/cluster-assets-v1\.2\.3$/);
});
