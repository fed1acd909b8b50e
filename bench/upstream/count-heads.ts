const END = "\r\n\r\n";

/** How many request heads end in `text`, and what of it comes after the last one. For requests without bodies. */
export function countHeads(text: string): { heads: number; rest: string } {
  const parts = text.split(END);
  return { heads: parts.length - 1, rest: parts.at(-1) ?? "" };
}
