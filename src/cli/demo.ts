import path from "node:path";
import type { Command } from "commander";
import { DevelopmentAuthority } from "../certificates/development-authority.ts";
import type { Secret } from "../control-plane/resources/secret.ts";
import { fixedResources } from "../control-plane/sources/fixed-resources.ts";
import { ManifestFolder } from "../control-plane/sources/manifest-folder.ts";
import { stateFolder } from "../settings.ts";
import type { CertificatePair } from "../snapshot/pair.ts";
import { startDemoUpstreams } from "./demo-upstreams.ts";
import { applyEnvironment } from "./environment.ts";
import { addServeFlags, OUR_CLASS, type ServeFlags } from "./options.ts";
import { packageRoot } from "./package-root.ts";

/** The dashboard's operators use ingress-nginx's class. */
const CLASSES = [OUR_CLASS, "nginx"];

export function addDemo(program: Command): void {
  const command = program
    .command("demo")
    .description(
      "Serve the bundled example (deploy/local) with two upstreams to answer it: a first look in one command.",
    );
  addServeFlags(command, CLASSES)
    .addHelpText(
      "after",
      `
The upstreams listen on 127.0.0.1:18081 (HTTP) and 127.0.0.1:18444 (HTTPS).

Examples:
  $ ts-ingress demo
  $ ts-ingress demo --http-port 0 --https-port 0`,
    )
    .action(async () => {
      applyEnvironment(command);
      const flags = command.opts<ServeFlags>();
      const authority = await DevelopmentAuthority.open(stateFolder());
      const upstreams = await startDemoUpstreams(
        await authority.issue(["kubernetes-dashboard.kubernetes-dashboard.svc"]),
      );
      const folder = path.relative("", path.join(packageRoot(), "deploy", "local")) || ".";
      // Loaded when needed: the other commands, and --help, do without the data plane.
      const { serve } = await import("./serve.ts");
      await serve({
        flags,
        classes: CLASSES,
        sources: [
          new ManifestFolder(folder, { watch: flags.watch }),
          fixedResources("demo certificate", {
            secrets: [dashboardSecret(await authority.issue(["k8s.example.com"]))],
          }),
        ],
        authority,
        alongside: upstreams,
      });
    });
}

/** What `kubectl create secret tls dashboard` would make; a committed key would be no secret. */
function dashboardSecret({ chain, privateKey }: CertificatePair): Secret {
  return {
    kind: "Secret",
    metadata: {
      name: "dashboard",
      namespace: "kubernetes-dashboard",
      creationTimestamp: null,
      annotations: {},
      labels: {},
    },
    type: "kubernetes.io/tls",
    data: { "tls.crt": chain, "tls.key": privateKey },
  };
}
