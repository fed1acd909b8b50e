/** The object a part of the snapshot comes from, so that every line of output can name it. */
export interface Origin {
  readonly kind: string;
  /** "" for what has none: a cluster-scoped object, a file. */
  readonly namespace: string;
  readonly name: string;
  /** Path of the manifest, as the person who started us would write it; absent for objects of a cluster. */
  readonly file?: string;
  /** 1-based line in `file`, of the very field where that is known, else of the object. */
  readonly line?: number;
}

/** "Ingress shop/web", "IngressClass nginx": how an object is named in every message. */
export function describeOrigin(origin: Origin): string {
  if (origin.namespace === "") return `${origin.kind} ${origin.name}`;
  return `${origin.kind} ${origin.namespace}/${origin.name}`;
}

/** "deploy/local/web.yaml:12", or "" where the object is not from a file. */
export function describePlace(origin: Origin): string {
  if (origin.file === undefined) return "";
  return origin.line === undefined ? origin.file : `${origin.file}:${origin.line}`;
}
