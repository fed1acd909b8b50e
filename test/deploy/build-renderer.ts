// `npm run deploy:renderer`: builds what renders the manifests in tests, from the Go module proxy, once, into a cache folder.
// In: nothing. Out: the file's name on stdout; exit code 1 where the build failed, 3 without Go.
// Never: anything outside that folder and Go's own caches.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import path from "node:path";
import { MODULE, rendererFile } from "./renderer.ts";

const file = rendererFile();
if (existsSync(file)) console.log(file);
else process.exitCode = await build();

async function build(): Promise<number> {
  console.error("Building the libraries of kustomize and Helm. This is done once and takes minutes.");
  await mkdir(path.dirname(file), { recursive: true });
  const unfinished = `${file}-${process.pid}`;
  const built = spawnSync("go", ["build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", unfinished, "."], {
    cwd: MODULE,
    env: { ...process.env, CGO_ENABLED: "0" },
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (built.error !== undefined) {
    console.error(
      "There is no Go on this machine. Install the version that test/deploy/render/go.mod names: https://go.dev/dl/",
    );
    return 3;
  }
  if (built.status === 0) {
    await rename(unfinished, file);
    console.log(file);
    return 0;
  }
  await rm(unfinished, { force: true });
  return 1;
}
