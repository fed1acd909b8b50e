/** Numbers kept of each field: where its line begins in the text, where its value begins, where its value ends. */
const SPAN = 3;
const CRLF = 2;
/** RFC 9110 §5.1. */
const NAME = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const NO_VALUE = /[\0\r\n\u0100-\uffff]/;

/**
 * The fields of one message, in the order and spelling they came in. Look-ups are by lower-case name (RFC 9110 §5.1).
 * Named so as not to be mistaken for the global `Headers`, which merges and reorders.
 *
 * All fields are spans of one text made of lines "Name: value\r\n": writing neighbours out is then a single slice, and a value that
 * nobody asks for is never made.
 */
export class GatewayHeaders {
  #text: string;
  readonly #names: string[];
  readonly #spans: number[];

  constructor(text = "", names: string[] = [], spans: number[] = []) {
    this.#text = text;
    this.#names = names;
    this.#spans = spans;
  }

  static of(fields: Readonly<Record<string, string>>): GatewayHeaders {
    const headers = new GatewayHeaders();
    for (const [name, value] of Object.entries(fields)) headers.append(name, value);
    return headers;
  }

  /** How many field lines there are. */
  get count(): number {
    return this.#names.length;
  }

  /** UTF-16 units of all fields as they came, the first line of an HTTP/1 message included; about their octets. */
  get textLength(): number {
    return this.#text.length;
  }

  /** The first value under this lower-case name. */
  get(lowerName: string): string | undefined {
    const names = this.#names;
    for (let i = 0; i < names.length; i++) if (names[i] === lowerName) return this.#value(i);
    return undefined;
  }

  /** Every value under this lower-case name, one a field line. */
  all(lowerName: string): string[] {
    return this.#names.flatMap((name, i) => (name === lowerName ? [this.#value(i)] : []));
  }

  has(lowerName: string): boolean {
    return this.#names.includes(lowerName);
  }

  /** True where more than one field line has this lower-case name. */
  repeats(lowerName: string): boolean {
    const names = this.#names;
    let seen = false;
    for (let i = 0; i < names.length; i++) {
      if (names[i] !== lowerName) continue;
      if (seen) return true;
      seen = true;
    }
    return false;
  }

  /** @throws {TypeError} on a name or value that could end the line it is written on, also where what is beyond latin1 is cut to an octet */
  append(name: string, value: string): void {
    if (NO_VALUE.test(value) || !NAME.test(name))
      throw new TypeError(`${JSON.stringify(name)} is no field with this value`);
    const start = this.#text.length;
    this.#text += `${name}: ${value}\r\n`;
    this.#names.push(name.toLowerCase());
    this.#spans.push(start, start + name.length + 2, start + name.length + 2 + value.length);
  }

  /** Replaces every field of this name by one. */
  set(name: string, value: string): void {
    this.delete(name.toLowerCase());
    this.append(name, value);
  }

  delete(lowerName: string): void {
    for (let i = this.#names.length - 1; i >= 0; i--) {
      if (this.#names[i] !== lowerName) continue;
      this.#names.splice(i, 1);
      this.#spans.splice(i * SPAN, SPAN);
    }
  }

  /** Calls `visit` for each field line in order. */
  forEach(visit: (lowerName: string, value: string) => void): void {
    const names = this.#names;
    for (let i = 0; i < names.length; i++) visit(names[i] as string, this.#value(i));
  }

  /** The field lines as they are written on a connection, without those whose lower-case name is `dropped`. */
  serialize(dropped: (lowerName: string) => boolean): string {
    const names = this.#names;
    const spans = this.#spans;
    let lines = "";
    let from = 0;
    let to = 0;
    for (let i = 0; i < names.length; i++) {
      if (dropped(names[i] as string)) continue;
      const start = spans[i * SPAN] as number;
      if (start !== to) {
        if (to > from) lines += this.#text.slice(from, to);
        from = start;
      }
      to = (spans[i * SPAN + 2] as number) + CRLF;
    }
    return to > from ? lines + this.#text.slice(from, to) : lines;
  }

  clone(): GatewayHeaders {
    return new GatewayHeaders(this.#text, this.#names.slice(), this.#spans.slice());
  }

  #value(index: number): string {
    return this.#text.slice(this.#spans[index * SPAN + 1], this.#spans[index * SPAN + 2]);
  }
}
