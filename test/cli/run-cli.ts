import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { keptCode } from "../support/kept-code.ts";
import { type Outcome, outcomeOf } from "../support/outcome.ts";

export const MAIN = path.join(import.meta.dirname, "../../src/main.ts");

/** An environment in which nothing but `extra` steers the command line. */
export function plainEnvironment(extra: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], HOME: tmpdir(), ...keptCode(), ...extra };
}

/** Runs the real command line to its end. */
export function runCli(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
  input = "",
): Promise<Outcome> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    env: plainEnvironment(environment),
    stdio: ["pipe", "pipe", "pipe"],
  });
  child.stdin.end(input);
  return outcomeOf(child);
}

/** A folder of its own for a test, gone afterwards. @param files text by relative path. */
export async function temporaryFolder(files: Readonly<Record<string, string>> = {}): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "ts-ingress-cli-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return folder;
}
