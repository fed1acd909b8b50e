/**
 * The normal form of a path, on which routes are matched: percent-decoded (each octet as one character, U+0000 to U+00FF), `.` and `..`
 * resolved, slashes merged, as nginx does it (`merge_slashes on`). Both planes use it, so that a manifest and a request mean the same path.
 * The query is not part of it.
 *
 * @returns null for a path that has none: a bad percent triplet, NUL in either form, or `..` above the root.
 */
export function normalPath(path: string): string | null {
  if (PLAIN.test(path)) return path;
  if (!path.startsWith("/")) return null;
  const decoded = decode(path);
  return decoded === null ? null : resolve(decoded);
}

/** Nothing to decode, no empty or dot segment anywhere: the form nearly every request has. */
const PLAIN = /^(?=\/)(?:\/[^/%.\x00\u0100-\uffff][^/%\x00\u0100-\uffff]*)*\/?$/;
const TRIPLET = /%([0-9A-Fa-f]{2})?/g;

function decode(path: string): string | null {
  if (path.includes("\0")) return null;
  let valid = true;
  const octets = Buffer.from(path, HIGH.test(path) ? "utf8" : "latin1").toString("latin1");
  const decoded = octets.replace(TRIPLET, (_triplet: string, hex: string | undefined) => {
    if (hex === undefined || hex === "00") valid = false;
    return String.fromCharCode(Number.parseInt(hex ?? "0", 16));
  });
  return valid ? decoded : null;
}

/** Characters that are no octets: a manifest may hold them; they stand for their UTF-8 form. */
const HIGH = /[\u0100-\uffff]/;

function resolve(path: string): string | null {
  const segments: string[] = [];
  const parts = path.split("/");
  for (const part of parts) {
    if (part === "" || part === ".") continue;
    if (part !== "..") segments.push(part);
    else if (segments.pop() === undefined) return null;
  }
  const last = parts.at(-1);
  const folder = last === "" || last === "." || last === "..";
  if (segments.length === 0) return "/";
  return `/${segments.join("/")}${folder ? "/" : ""}`;
}
