/** The prefix of ingress-nginx, whose annotations we honour. */
export const PREFIX = "nginx.ingress.kubernetes.io/";

/** The prefix of our own, for what ingress-nginx has no annotation for. */
export const OWN_PREFIX = "ts-ingress.io/";

/** One annotation: declared where it is parsed, so that its documentation can be generated. */
export interface Annotation<Value> {
  /** Without the prefix. */
  readonly name: string;
  /** What holds when it is absent or invalid. */
  readonly fallback: Value;
  /** One line for the reference page. */
  readonly docs: string;
  /** The value, or null when the text is not one. */
  parse(text: string): Value | null;
  /** What a valid value looks like: completes "must be …". */
  readonly expected: string;
  /** What is said to hold where it is invalid; without it, "the default holds". */
  readonly whenInvalid?: string;
}

/** Reads one declared annotation of an Ingress; an invalid value is reported and the fallback holds. */
export type ReadAnnotation = <Value>(annotation: Annotation<Value>) => Value;

/** Booleans as Go's strconv.ParseBool reads them: 1 t T TRUE true True 0 f F FALSE false False. */
export function parseBoolean(text: string): boolean | null {
  if (/^(?:1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(?:0|f|F|FALSE|false|False)$/.test(text)) return false;
  return null;
}

/** A switch with its default. */
export function toggle(name: string, fallback: boolean, docs: string): Annotation<boolean> {
  return { name, fallback, docs, parse: parseBoolean, expected: "true or false" };
}
