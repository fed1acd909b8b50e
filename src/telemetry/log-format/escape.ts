/** As nginx escapes variables in logs: quotes, backslashes, controls and everything beyond ASCII as \xHH. @param text octets as latin1 */
export function escapeDefault(text: string): string {
  return UNSAFE.test(text) ? text.replace(ALL_UNSAFE, hexadecimal) : text;
}

/** For between the double quotes of a JSON text (`log-format-escape-json`). @param text octets as latin1; those that are UTF-8 are told as such */
export function escapeJson(text: string): string {
  return JSON.stringify(BEYOND_ASCII.test(text) ? readable(text) : text).slice(1, -1);
}

const UNSAFE = /["\\\x00-\x1f\x7f-\uffff]/;
const ALL_UNSAFE = new RegExp(UNSAFE.source, "g");
const BEYOND_ASCII = /[\x80-\uffff]/;
const BEYOND_LATIN1 = /[\u0100-\uffff]/;

function hexadecimal(character: string): string {
  const octets = BEYOND_LATIN1.test(character) ? Buffer.from(character) : Buffer.from(character, "latin1");
  let text = "";
  for (const octet of octets) text += `\\x${octet.toString(16).toUpperCase().padStart(2, "0")}`;
  return text;
}

/** U+2028 and U+2029 are line breaks to some readers, and no control to JSON. */
function readable(text: string): string {
  const decoded = BEYOND_LATIN1.test(text) ? text : Buffer.from(text, "latin1").toString();
  return decoded.replace(/[\u007f-\u009f\u2028\u2029]/g, "\ufffd");
}
