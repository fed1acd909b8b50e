import { isIP } from "node:net";
import { InvalidArgumentError } from "commander";

/** 0 to 65535, or null for anything else; no sign, no space, no exponent. */
export function portOf(text: string): number | null {
  return /^\d{1,5}$/.test(text) && Number(text) <= 65_535 ? Number(text) : null;
}

export function parsePort(text: string): number {
  const port = portOf(text);
  if (port === null) throw new InvalidArgumentError("Give a port from 1 to 65535, or 0 for any free one.");
  return port;
}

export function parseAddress(text: string): string {
  if (text === "localhost" || isIP(text) !== 0) return text;
  throw new InvalidArgumentError("Give an address of this machine, for example 127.0.0.1, or 0.0.0.0 for all.");
}

/** A class name, as Kubernetes allows for an object's name (RFC 1123 subdomain). */
export function parseClassName(text: string): string {
  if (/^[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?$/.test(text)) return text;
  throw new InvalidArgumentError('Give the name of an ingress class, for example "nginx".');
}

/** Makes a parser for a repeatable flag: each value is added to those before it. */
export function repeatable<Value>(parse: (text: string) => Value): (text: string, previous?: Value[]) => Value[] {
  return (text, previous = []) => [...previous, parse(text)];
}
