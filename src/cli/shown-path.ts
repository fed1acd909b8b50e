/** A path in normal form (one character an octet) as people read it: octets that are UTF-8 become their characters. */
export function readablePath(path: string): string {
  return Buffer.from(path, "latin1").toString("utf8");
}

/** A path in normal form as it is sent: every octet that RFC 3986 does not allow in a path is percent-encoded. */
export function encodedPath(path: string): string {
  return path.replace(/[^A-Za-z0-9\-._~!$&'()*+,;=:@/]/g, (octet) => {
    return `%${octet.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`;
  });
}
