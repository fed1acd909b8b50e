import type { Command } from "commander";
import { addControllerFlags, type ControllerFlags } from "./controller-flags.ts";
import { applyEnvironment } from "./environment.ts";

export function addController(program: Command): void {
  const command = program
    .command("controller")
    .description("Serve the Ingresses of a Kubernetes cluster, and follow its changes.");
  addControllerFlags(command)
    .addHelpText(
      "after",
      `
Every option can also be an environment variable: --http-port is TS_INGRESS_HTTP_PORT, and so on.

Examples:
  $ ts-ingress controller                                  in a pod, by its service account
  $ ts-ingress controller --ingress-class nginx            serve what ingress-nginx serves
  $ ts-ingress controller --watch-namespace shop           with permissions in one namespace alone
  $ ts-ingress controller --kubeconfig ~/.kube/config --context test --log-format pretty`,
    )
    .action(async () => {
      applyEnvironment(command);
      // Loaded when needed: the other commands, and --help, do without the data plane.
      const { runController } = await import("./run-controller.ts");
      await runController(command.opts<ControllerFlags>());
    });
}
