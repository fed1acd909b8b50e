import type { Resource } from "./resource.ts";

/** v1 Secret, decoded: `data` is base64 in the manifest, `stringData` wins over it. */
export interface Secret extends Resource {
  readonly kind: "Secret";
  readonly type: string;
  /** Values as text; TLS material is PEM. */
  readonly data: Readonly<Record<string, string>>;
}
