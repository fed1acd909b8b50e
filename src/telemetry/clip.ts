/**
 * Text from outside, safe on one line of a terminal: control characters and bidirectional marks are shown as escapes, what is
 * then beyond `length` UTF-16 units is replaced by an ellipsis.
 */
export function clip(text: string, length: number): string {
  // Cut first as well: escaping a text that is thrown away anyway would be work an attacker asks for.
  const shown = text.slice(0, length + 1).replace(UNSAFE, escaped);
  return shown.length > length ? `${shown.slice(0, length - 1)}…` : shown;
}

const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
