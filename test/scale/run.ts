// `npm run test:scale`: a gateway and clusters of up to 10,000 Ingresses, changed all the time under load; what nginx does for one change at
// these sizes; the same gateway on a real API server. In: flags (see --help). Out: tables on stdout and in bench/results, progress on stderr.
// Exits 1 when a request to the gateway failed, 2 for wrong usage. docs/scale.md says what is measured.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { buildAssets } from "../cluster/assets/build-assets.ts";
import { BuildFailed, NoGo } from "../cluster/assets/go.ts";
import { ASSETS } from "../cluster/real/assets.ts";
import { type Flags, parseFlags, USAGE } from "./flags.ts";
import { measureAll } from "./measure-all.ts";
import { inOwnNetwork, isInOwnNetwork } from "./own-network.ts";

const began = performance.now();
const say = (line: string): void => {
  process.stderr.write(`${((performance.now() - began) / 1000).toFixed(0).padStart(4)} s  ${line}\n`);
};

/** @returns the exit code; null where there can be no real API server */
async function besideRealOne(): Promise<number | null> {
  try {
    const assets = ASSETS ?? (await buildAssets(undefined, say));
    const folder = await mkdtemp(path.join(tmpdir(), "ts-ingress-scale-"));
    try {
      const code = await inOwnNetwork({ KUBEBUILDER_ASSETS: assets, TMPDIR: folder });
      if (code === null) say("SKIPPED: real: its endpoints need a network namespace, which cannot be made here");
      return code;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  } catch (error) {
    if (!(error instanceof NoGo) && !(error instanceof BuildFailed)) throw error;
    say(`SKIPPED: real: ${error.message}`);
    return null;
  }
}

function readFlags(): Flags | null {
  try {
    return parseFlags(process.argv.slice(2));
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    process.exit(2);
  }
}

const flags = readFlags();
if (flags === null) {
  console.log(USAGE);
  process.exit(0);
}
const needsReal = flags.only.includes("real") && !isInOwnNetwork();
const code = needsReal ? await besideRealOne() : null;
if (code !== null) process.exit(code);
const only = needsReal ? flags.only.filter((part) => part !== "real") : flags.only;
process.exit((await measureAll({ ...flags, only }, say)) === 0 ? 0 : 1);
