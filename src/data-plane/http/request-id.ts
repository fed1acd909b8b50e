import { randomBytes } from "node:crypto";

const ACCEPTABLE = /^[!-~]{1,128}$/;
const LENGTH = 32;
/** Digits made ahead, for 256 requests: one call for all of them. */
let digits = "";
let used = 0;

/** The client's X-Request-ID where it is short and printable, else 32 random hexadecimal digits, as ingress-nginx makes them. */
export function requestId(sent: string | undefined): string {
  if (sent !== undefined && ACCEPTABLE.test(sent)) return sent;
  if (used === digits.length) {
    digits = randomBytes(128 * LENGTH).toString("hex");
    used = 0;
  }
  used += LENGTH;
  return digits.slice(used - LENGTH, used);
}
