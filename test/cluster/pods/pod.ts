/** One endpoint of a Service, that answers `NAME PATH LENGTH`, where the length is that of the request's body. */
export class Pod {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly #order: (kind: "end" | "kill") => Promise<void>;

  constructor(name: string, address: string, port: number, order: (kind: "end" | "kill") => Promise<void>) {
    this.name = name;
    this.address = address;
    this.port = port;
    this.#order = order;
  }

  /** Ends as a good program does on SIGTERM: accepts nothing more, answers what it was asked. Resolves when every connection is closed. */
  async end(): Promise<void> {
    await this.#order("end");
  }

  /** Resets every connection, and refuses further ones. */
  async kill(): Promise<void> {
    await this.#order("kill");
  }
}
