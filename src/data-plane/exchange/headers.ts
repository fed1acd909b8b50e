/**
 * The fields of one message, in the order and spelling they came in. Look-ups are by lower-case name (RFC 9110 §5.1).
 * Named so as not to be mistaken for the global `Headers`, which merges and reorders.
 */
export class GatewayHeaders {
  /** Flat triples: name as sent, name in lower case, value. One array is markedly cheaper than one object a field. */
  readonly #fields: string[];

  constructor(fields: string[] = []) {
    this.#fields = fields;
  }

  static of(fields: Readonly<Record<string, string>>): GatewayHeaders {
    const headers = new GatewayHeaders();
    for (const [name, value] of Object.entries(fields)) headers.append(name, value);
    return headers;
  }

  /** How many field lines there are. */
  get count(): number {
    return this.#fields.length / 3;
  }

  /** The first value under this lower-case name. */
  get(lowerName: string): string | undefined {
    const fields = this.#fields;
    for (let i = 1; i < fields.length; i += 3) if (fields[i] === lowerName) return fields[i + 1];
    return undefined;
  }

  /** Every value under this lower-case name, one a field line. */
  all(lowerName: string): string[] {
    const fields = this.#fields;
    const values: string[] = [];
    for (let i = 1; i < fields.length; i += 3) if (fields[i] === lowerName) values.push(fields[i + 1] as string);
    return values;
  }

  has(lowerName: string): boolean {
    const fields = this.#fields;
    for (let i = 1; i < fields.length; i += 3) if (fields[i] === lowerName) return true;
    return false;
  }

  append(name: string, value: string): void {
    this.#fields.push(name, name.toLowerCase(), value);
  }

  /** Replaces every field of this name by one. */
  set(name: string, value: string): void {
    this.delete(name.toLowerCase());
    this.append(name, value);
  }

  delete(lowerName: string): void {
    const fields = this.#fields;
    for (let i = fields.length - 3; i >= 0; i -= 3) if (fields[i + 1] === lowerName) fields.splice(i, 3);
  }

  /** Calls `visit` for each field line in order. */
  forEach(visit: (lowerName: string, value: string, name: string) => void): void {
    const fields = this.#fields;
    for (let i = 0; i < fields.length; i += 3) {
      visit(fields[i + 1] as string, fields[i + 2] as string, fields[i] as string);
    }
  }

  /** The field lines as they are written on a connection, without those whose lower-case name is `dropped`. */
  serialize(dropped: (lowerName: string) => boolean): string {
    const fields = this.#fields;
    let lines = "";
    for (let i = 0; i < fields.length; i += 3) {
      if (!dropped(fields[i + 1] as string)) lines += `${fields[i]}: ${fields[i + 2]}\r\n`;
    }
    return lines;
  }

  clone(): GatewayHeaders {
    return new GatewayHeaders(this.#fields.slice());
  }
}
