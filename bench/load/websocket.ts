import type { TestBed } from "../test-bed.ts";
import type { LoadResult } from "./load.ts";

/** Messages of 100 octets through WebSockets, one at a time on each. */
export async function webSocketMessages(
  bed: TestBed,
  port: number,
  { connections, duration }: { readonly connections: number; readonly duration: number },
): Promise<LoadResult> {
  const script = new URL("websocket-process.ts", import.meta.url).pathname;
  const command = [process.execPath, script, String(port), String(connections), String(duration)];
  const { messages, ...rest } = JSON.parse(await bed.run("load", "websocket load", command)) as {
    messages: number;
    errors: number;
    p50: number;
    p99: number;
  };
  return { requests: messages, seconds: duration, ...rest };
}
