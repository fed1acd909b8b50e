import type { Command } from "commander";
import { DevelopmentAuthority } from "../certificates/development-authority.ts";
import { ManifestFolder } from "../control-plane/sources/manifest-folder.ts";
import { stateFolder } from "../settings.ts";
import { applyEnvironment } from "./environment.ts";
import { addServeFlags, OUR_CLASS, type ServeFlags } from "./options.ts";
import { requireFolder } from "./read-folder.ts";

export function addDev(program: Command): void {
  const command = program
    .command("dev")
    .description("Serve a folder of Kubernetes manifests on this machine, over HTTP and HTTPS, and follow its changes.")
    .argument("<folder>", "folder with manifests, read recursively");
  addServeFlags(command, [OUR_CLASS])
    .addHelpText(
      "after",
      `
Every option can also be an environment variable: --http-port is TS_INGRESS_HTTP_PORT, and so on.

Examples:
  $ ts-ingress dev manifests
  $ ts-ingress dev manifests --ingress-class nginx --http-port 80 --https-port 443
  $ ts-ingress dev manifests --map shop/web:80=127.0.0.1:3000
  $ ts-ingress dev manifests --log-format json | jq 'select(.status >= 500)'`,
    )
    .action(async (folder: string) => {
      applyEnvironment(command);
      const flags = command.opts<ServeFlags>();
      await requireFolder(command, folder);
      // Loaded when needed: the other commands, and --help, do without the data plane.
      const { serve } = await import("./serve.ts");
      await serve({
        flags,
        classes: [OUR_CLASS],
        sources: [new ManifestFolder(folder, { watch: flags.watch })],
        authority: await DevelopmentAuthority.open(stateFolder()),
      });
    });
}
