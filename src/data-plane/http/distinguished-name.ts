/**
 * A distinguished name as nginx writes it in `$ssl_client_s_dn`: RFC 2253, the last component first, all octets outside ASCII escaped.
 * @param lines as Node has it: one component a line, the first first, several attributes of one component joined by " + ", and special characters
 * and controls escaped by a backslash already. An attribute whose type has no name is text here, where nginx writes the hexadecimal digits of its encoding.
 */
export function rfc2253(lines: string): string {
  return lines
    .split("\n")
    .toReversed()
    .map((component) => component.split(" + ").toReversed().map(asciiOnly).join("+"))
    .join(",");
}

function asciiOnly(attribute: string): string {
  return attribute.replace(/[^\x00-\x7f]+/g, (characters) =>
    Array.from(Buffer.from(characters), (octet) => `\\${octet.toString(16).toUpperCase()}`).join(""),
  );
}
