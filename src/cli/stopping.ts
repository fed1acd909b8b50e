/**
 * Waits for the wish to stop (Ctrl-C or SIGTERM), then stops gently; a second one ends the process at once, with the code shells
 * use for it.
 * @param stopAtOnce what must not outlive the process; has done so when it returns
 */
export async function untilStopped(stopGently: () => Promise<void>, stopAtOnce: () => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let asked = false;
    const onSignal = (signal: NodeJS.Signals): void => {
      if (asked) {
        stopAtOnce();
        process.exit(signal === "SIGINT" ? 130 : 143);
      }
      asked = true;
      stopGently().then(resolve, reject);
    };
    process.on("SIGINT", onSignal);
    process.on("SIGTERM", onSignal);
  });
}
