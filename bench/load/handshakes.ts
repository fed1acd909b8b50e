import type { TestBed } from "../test-bed.ts";
import type { LoadResult } from "./load.ts";

/** Processes that shake hands one after another. */
const CLIENTS = 4;

/** New TLS connections, none resumed, closed as soon as they are made; a failed one ends the round. The mean stands for the percentiles. @param duration seconds */
export async function handshakes(bed: TestBed, tlsPort: number, duration: number): Promise<LoadResult> {
  const connect = ["-connect", `127.0.0.1:${tlsPort}`, "-new", "-time", String(duration), "-tls1_3"];
  const command = ["sh", "-c", `openssl s_time ${connect.join(" ")} 2>&1`];
  const outputs = await Promise.all(Array.from({ length: CLIENTS }, () => bed.run("load", "openssl", command)));
  const counts = outputs.map(parseHandshakes);
  const requests = counts.reduce((sum, count) => sum + count, 0);
  const each = (1000 * CLIENTS * duration) / requests;
  return { requests, seconds: duration, p50: each, p99: each, errors: 0 };
}

/** Connections that `openssl s_time` made. @throws where its report is something else */
export function parseHandshakes(text: string): number {
  const found = /^(\d+) connections in \d+ real seconds/mu.exec(text);
  if (found === null) throw new Error(`not a report of openssl s_time: ${text}`);
  return Number(found[1]);
}
