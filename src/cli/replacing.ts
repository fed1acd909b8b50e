import type { Gateway } from "../gateway.ts";
import type { Log } from "../log.ts";

/**
 * SIGUSR2 replaces the workers one by one. (Not SIGHUP, which a terminal sends to everything in it when it is closed.)
 * @returns how to listen no more
 */
export function onReplace(gateway: Pick<Gateway, "replaceWorkers" | "workers">, log: Log): () => void {
  const replace = async (): Promise<void> => {
    try {
      if (gateway.workers.length > 0) log("info", "replacing the workers, one by one");
      await gateway.replaceWorkers();
      const processes = gateway.workers.filter(({ state }) => state === "serving").map(({ process }) => process);
      log("info", `replaced the workers: ${processes.join(" ")} (processes)`);
    } catch (error) {
      log("error", `workers are not replaced: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  const onSignal = (): void => void replace();
  process.on("SIGUSR2", onSignal);
  return () => process.off("SIGUSR2", onSignal);
}
