/** An endpoint as it is shown to a person. */
export interface EndpointStatus {
  /** "10.0.0.7:8080" */
  readonly endpoint: string;
  readonly ejected: boolean;
  /** Milliseconds until an ejected endpoint may be tried again; 0 when the next request does; null while it is not ejected. */
  readonly triedIn: number | null;
  /** Failures in a row. */
  readonly failures: number;
  /** Requests that wait for this endpoint or are being answered by it; tunnels are not counted. */
  readonly active: number;
  /** Open connections without a request. */
  readonly idle: number;
}

/** An upstream as it is shown to a person. */
export interface UpstreamStatus {
  readonly upstream: string;
  readonly endpoints: readonly EndpointStatus[];
  /** Of about the last ten seconds. */
  readonly requests: number;
  readonly retries: number;
}
