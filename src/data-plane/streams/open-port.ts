/** A port that is being listened on. */
export interface OpenPort {
  readonly port: number;
  /** Listens no more. */
  close(): void;
}
