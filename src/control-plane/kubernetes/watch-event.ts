import { apiError } from "./api-error.ts";
import { apiObject, Malformed, type ApiObject } from "./api-object.ts";

/** A line of a watch. */
export type WatchEvent =
  | { readonly type: "ADDED" | "MODIFIED" | "DELETED"; readonly object: ApiObject }
  /** Nothing happened up to this version. `initial`: what was there at the beginning has all been sent. */
  | { readonly type: "BOOKMARK"; readonly resourceVersion: string; readonly initial: boolean };

/** The end of the initial events of a streaming list (WatchList). */
const INITIAL_EVENTS_END = "k8s.io/initial-events-end";

const UTF_8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads one line.
 * @throws {Malformed} when it is none
 * @throws {ApiError} for an ERROR event: it ends the watch
 */
export function readWatchEvent(line: Buffer): WatchEvent {
  const { type, object } = parse(line);
  if (type === "ERROR") throw apiError(object);
  if (type === "ADDED" || type === "MODIFIED" || type === "DELETED") return { type, object: apiObject(object) };
  if (type !== "BOOKMARK") throw new Malformed(`an event of the type ${JSON.stringify(type)}`);
  const metadata = (object as { metadata?: { resourceVersion?: unknown; annotations?: Record<string, unknown> } })
    ?.metadata;
  const resourceVersion = metadata?.resourceVersion;
  if (typeof resourceVersion !== "string") throw new Malformed("a bookmark without a resourceVersion");
  return { type, resourceVersion, initial: metadata?.annotations?.[INITIAL_EVENTS_END] === "true" };
}

function parse(line: Buffer): { readonly type?: unknown; readonly object?: unknown } {
  try {
    const event: unknown = JSON.parse(UTF_8.decode(line));
    return typeof event === "object" && event !== null ? event : {};
  } catch (error) {
    throw new Malformed(`a line that is not JSON: ${(error as Error).message}`);
  }
}
