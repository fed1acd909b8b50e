/** What JSON can carry: a snapshot is hashed, printed and sent to other processes. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}
