/** Where a resource was written, for messages that point at the line. */
export interface Place {
  readonly file: string;
  /** 1-based line of the field at `path` ("spec", "rules", 0, "host"), or of its nearest ancestor that was written. */
  lineOf(path: readonly (string | number)[]): number;
}

/** What every resource has. */
export interface Resource {
  readonly kind: string;
  readonly metadata: ObjectMeta;
  /** Absent for objects of a cluster. */
  readonly place?: Place;
}

export interface ObjectMeta {
  readonly name: string;
  /** "" for cluster-scoped kinds. */
  readonly namespace: string;
  readonly uid?: string;
  /** Milliseconds since 1970, or null: objects in a folder have none and are tied. */
  readonly creationTimestamp: number | null;
  readonly annotations: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}
