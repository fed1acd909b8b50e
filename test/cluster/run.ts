// `npm run test:cluster`: the suites of test/cluster on a real API server, which is built before where there is Go.
// In: KUBEBUILDER_ASSETS where it is there already; arguments for vitest (a file of test/cluster: that one alone). Out: vitest's report and exit code.
// Never: a silent pass: without Go a line says that the fake API server alone was used.
import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { buildAssets } from "./assets/build-assets.ts";
import { BuildFailed, NoGo } from "./assets/go.ts";
import { ownNamespaces } from "./pods/own-namespaces.ts";
import { ASSETS } from "./real/assets.ts";

const ROOT = path.join(import.meta.dirname, "../..");
const say = (line: string): void => void process.stderr.write(`${line}\n`);

async function findAssets(): Promise<string | undefined> {
  if (ASSETS !== undefined) return ASSETS;
  try {
    return await buildAssets(undefined, say);
  } catch (error) {
    if (error instanceof BuildFailed) {
      say(error.message);
      process.exit(1);
    }
    if (!(error instanceof NoGo)) throw error;
    say(`No real API server. ${error.message}\nThe suites run on the fake one alone.`);
    return undefined;
  }
}

const assets = await findAssets();
const given = process.argv.slice(2);
const where = given.some((one) => one.startsWith("test/cluster")) ? [] : ["test/cluster"];
// Each file has an API server of its own; more than two at a time slow each other down.
const vitest = [process.execPath, "node_modules/vitest/vitest.mjs", "run", "--maxWorkers", "2", ...where, ...given];
const [program = "", ...args] = [...ownNamespaces(), ...vitest];
const child = spawn(program, args, {
  cwd: ROOT,
  stdio: "inherit",
  env: { ...process.env, ...(assets === undefined ? {} : { KUBEBUILDER_ASSETS: assets }) },
});
const [code] = (await once(child, "exit")) as [number | null];
process.exitCode = code ?? 1;
