import type { Child } from "../child.ts";
import type { TestBed } from "../test-bed.ts";

/** Opens connections that make one request each, and keeps them. @returns the process that keeps them, when all are answered */
export async function holdConnections(bed: TestBed, port: number, count: number): Promise<Child> {
  const script = new URL("hold-connections-process.ts", import.meta.url).pathname;
  const { child } = await bed.startScript("load", "idle connections", [script, String(port), String(count)]);
  return child;
}
