import { styleText } from "node:util";

type Style = Parameters<typeof styleText>[0];

/** Colours a text, or leaves it where the stream is no terminal or NO_COLOR is set. */
export type Paint = (style: Style, text: string) => string;

export function paintFor(stream: NodeJS.WritableStream): Paint {
  return (style, text) => styleText(style, text, { stream, validateStream: true });
}

/** True for a terminal that wants colours. */
export function isColoured(stream: NodeJS.WritableStream): boolean {
  return paintFor(stream)("red", "x") !== "x";
}
