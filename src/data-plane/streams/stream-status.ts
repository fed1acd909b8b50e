/** A stream service as it is shown to a person. */
export interface StreamStatus {
  /** "tcp 9000" */
  readonly stream: string;
  /** The port it listens on; null while it does not. */
  readonly port: number | null;
  /** Why it does not: "is busy". */
  readonly problem: string | null;
}
