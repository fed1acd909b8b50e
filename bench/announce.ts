/** For the scripts that the bench starts as processes of their own: tells it the port, and ends when it says so or is gone. */
export function announce(port: number): void {
  // Node's default end by signal would not write a CPU profile.
  process.on("SIGTERM", () => process.exit());
  process.on("disconnect", () => process.exit());
  process.send?.({ port });
}
