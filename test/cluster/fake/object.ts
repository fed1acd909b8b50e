/** An object in the fake API server. */
export interface StoredObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly generation: number;
    readonly creationTimestamp: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** What a client sends or a test writes: some of an object. */
export interface Draft {
  readonly metadata?: {
    readonly name?: string;
    readonly generateName?: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly [field: string]: unknown;
  };
  readonly [field: string]: unknown;
}

/** A copy that lacks some fields. */
export function without<Shape extends object, Key extends string>(
  object: Shape,
  ...fields: readonly Key[]
): Omit<Shape, Key> {
  const kept = Object.entries(object).filter(([field]) => !(fields as readonly string[]).includes(field));
  return Object.fromEntries(kept) as Omit<Shape, Key>;
}

/** A refusal, as a `Status` object of meta/v1. */
export class Refusal extends Error {
  readonly code: number;
  readonly reason: string;
  readonly causes: readonly { readonly reason: string }[];

  constructor(code: number, reason: string, message: string, causes: readonly { readonly reason: string }[] = []) {
    super(message);
    this.code = code;
    this.reason = reason;
    this.causes = causes;
  }

  get status(): object {
    const { code, reason, message, causes } = this;
    const details = causes.length === 0 ? {} : { details: { causes } };
    return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", code, reason, message, ...details };
  }
}
