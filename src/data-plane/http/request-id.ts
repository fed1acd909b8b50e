import { randomFillSync } from "node:crypto";

const ACCEPTABLE = /^[!-~]{1,128}$/;
const pool = Buffer.allocUnsafeSlow(4096);
let used = pool.length;

/** The client's X-Request-ID where it is short and printable, else 32 random hexadecimal digits, as ingress-nginx makes them. */
export function requestId(sent: string | undefined): string {
  if (sent !== undefined && ACCEPTABLE.test(sent)) return sent;
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += 16;
  return pool.toString("hex", used - 16, used);
}
