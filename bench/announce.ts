/**
 * For the scripts that the bench starts as processes of their own: tells it the ports, and ends when it says so or is gone.
 * @param tlsPort null where it does not speak TLS
 */
export function announce(port: number, tlsPort: number | null = null): void {
  // Node's default end by signal would not write a CPU profile.
  process.on("SIGTERM", () => process.exit());
  process.on("disconnect", () => process.exit());
  process.send?.({ port, tlsPort });
}
