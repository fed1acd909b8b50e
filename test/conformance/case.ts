// What a row of smuggling-cases.tsv becomes: bytes for a client to send, and all that may follow from them.
// In: nothing. Out: data and the words to write it in.
// Never: a socket. All text is latin1, one character one byte.
import type { Field } from "../support/message.ts";

export const HOST = "test.example";

/** The one request the upstream gets, in canonical form. Fields the gateway owns (X-Forwarded-For and so on) are checked for every request. */
export interface Forwarded {
  readonly line: string;
  /** The value of Host. Default: test.example. */
  readonly host?: string;
  /** Every other field, in order; names in lower case. */
  readonly fields?: readonly Field[];
  readonly body?: string;
  readonly trailers?: readonly Field[];
}

export interface Variant {
  readonly name: string;
  readonly send: string;
  /** Status of each answer, in order; a list where the table allows several. */
  readonly answers: readonly (number | readonly number[])[];
  /** `either` where the table leaves it open: the connection is then held to what the answer says. */
  readonly closes: boolean | "either";
  /** `nothing`: not one request. `cut`: at most the beginning of one, its connection then destroyed. */
  readonly upstream: "nothing" | "cut" | readonly Forwarded[];
  /** The request is a HEAD, so its answer has no body. */
  readonly toHead?: boolean;
  /** A field the answer must carry. */
  readonly answerField?: Field;
}

export interface Row {
  /** The row of smuggling-cases.tsv. */
  readonly id: string;
  readonly title: string;
  readonly variants: readonly Variant[];
}

/** Pipelined behind what must not be trusted any more: if the gateway serves it, the row is broken. */
export const SMUGGLED = `GET /smuggled HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;

/** A GET of /x with these lines after Host. */
export function get(...lines: string[]): string {
  return ["GET /x HTTP/1.1", `Host: ${HOST}`, ...lines, "", ""].join("\r\n");
}

/** A POST to /x with these lines after Host, and a body as it stands. */
export function post(lines: readonly string[], body: string): string {
  return ["POST /x HTTP/1.1", `Host: ${HOST}`, ...lines, "", body].join("\r\n");
}

/** A GET for this target. */
export function target(text: string): string {
  return `GET ${text} HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
}

/** Refused with this status, the connection closed, the upstream untouched. */
export function rejected(status: number | readonly number[], send: string, name = escape(send)): Variant {
  return { name, send, answers: [status], closes: true, upstream: "nothing" };
}

/** Answered by the gateway itself; whether the connection goes on is not the row's matter. */
export function answered(status: number | readonly number[], send: string, name = escape(send)): Variant {
  return { name, send, answers: [status], closes: "either", upstream: "nothing" };
}

/** Refused in the middle of its body: the upstream may have seen the beginning, never the end. */
export function cut(status: number | readonly number[], send: string, name = escape(send)): Variant {
  return { name, send, answers: [status], closes: true, upstream: "cut" };
}

/** Forwarded in canonical form and answered with 200; the connection goes on. */
export function served(send: string, forwarded: Forwarded, name = escape(send)): Variant {
  return { name, send, answers: [200], closes: false, upstream: [forwarded] };
}

/** The plain GET of /x, as the upstream gets it, with these fields. */
export function forwardedGet(...fields: Field[]): Forwarded {
  return { line: "GET /x HTTP/1.1", fields };
}

export function escape(text: string, longest = 120): string {
  const shown = JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\x7f-\xff]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`);
  return shown.length > longest ? `${shown.slice(0, longest - 3)}…` : shown;
}
