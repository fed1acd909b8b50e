// `npm run cluster:assets`: builds kube-apiserver, etcd and kubectl from the Go module proxy, once, into a cache folder.
// In: --out FOLDER. Out: KUBEBUILDER_ASSETS=FOLDER on stdout, progress on stderr; exit code 1 where a build failed, 2 for wrong usage, 3 without a Go that can build.
// Never: anything outside that folder and Go's own caches.
import { parseArgs } from "node:util";
import { buildAssets } from "./build-assets.ts";
import { BuildFailed, NoGo } from "./go.ts";
import { assetsFolder } from "./place.ts";
import { kubernetesVersion } from "./programs.ts";

const USAGE = `npm run cluster:assets -- [options]
  --out FOLDER  where the programs go (default: ${assetsFolder(await kubernetesVersion())})
Builds the programs that a test of a cluster needs, unless they are there. Needs Go and the Go module proxy.`;

try {
  const { values } = parseArgs({ options: { out: { type: "string" }, help: { type: "boolean", short: "h" } } });
  if (values.help === true) console.log(USAGE);
  else console.log(`KUBEBUILDER_ASSETS=${await buildAssets(values.out, (line) => console.error(line))}`);
} catch (error) {
  const wrongUsage = (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS") === true;
  console.error((error as Error).message);
  if (wrongUsage) console.error(USAGE);
  if (!wrongUsage && !(error instanceof NoGo) && !(error instanceof BuildFailed)) throw error;
  process.exitCode = wrongUsage ? 2 : error instanceof NoGo ? 3 : 1;
}
