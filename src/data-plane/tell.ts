/** Calls a listener of the embedder's: a log that fails must not end the process, which an unhandled rejection would. */
export function tell<Told>(
  listener: ((told: Told) => void) | undefined,
  told: Told,
  onProblem: (message: string) => void,
): void {
  try {
    listener?.(told);
  } catch (error) {
    onProblem(`onFinished failed: ${String(error)}`);
  }
}
