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

/** "namespace/name" of an object. */
export function parseObjectName(text: string): string {
  if (/^[a-z0-9][-a-z0-9]*\/[a-z0-9][-.a-z0-9]*$/.test(text)) return text;
  throw new InvalidArgumentError('Give namespace and name with a slash between, for example "shop/web".');
}

/** Makes a parser for a repeatable flag: each value is added to those before it. */
export function repeatable<Value>(parse: (text: string) => Value): (text: string, previous?: Value[]) => Value[] {
  return (text, previous = []) => [...previous, parse(text)];
}

/** More workers than any machine has processors are a slip of the pen. */
const MOST_WORKERS = 512;

/** Processes that serve; "auto": as many as this machine carries. */
export type WorkersFlag = number | "auto";

/** 1 to 512, or "auto". */
export function parseWorkers(text: string): WorkersFlag {
  if (text === "auto") return text;
  if (/^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= MOST_WORKERS) return Number(text);
  throw new InvalidArgumentError(`Give a number from 1 to ${MOST_WORKERS}, or auto for one a processor.`);
}

/** For flags that are given as `--flag`, `--flag=true` or `--flag=false`, as ingress-nginx's are. */
export function parseSwitch(text: string | true): boolean {
  if (text === true || /^(?:1|t|T|TRUE|true|True)$/.test(text)) return true;
  if (/^(?:0|f|F|FALSE|false|False)$/.test(text)) return false;
  throw new InvalidArgumentError("Give true or false, with = before it; alone, the flag comes last.");
}

/** A whole number from 1 to a million. */
export function parseCount(text: string): number {
  if (/^[1-9]\d{0,6}$/.test(text) && Number(text) <= 1_000_000) return Number(text);
  throw new InvalidArgumentError("Give a number from 1 to 1000000.");
}

/** Ascending numbers above 0 with commas between, at most a hundred. */
export function parseBuckets(text: string): readonly number[] {
  const bounds = text.split(",").map((part) => (part.trim() === "" ? Number.NaN : Number(part)));
  const ascending = bounds.every((bound, i) => Number.isFinite(bound) && bound > (bounds[i - 1] ?? 0));
  if (ascending && bounds.length <= 100) return bounds;
  throw new InvalidArgumentError("Give ascending numbers above 0, for example 0.1,0.5,1.");
}

/** 0 to 3600 seconds, whole ones. */
export function parseSeconds(text: string): number {
  if (/^\d{1,4}$/.test(text) && Number(text) <= 3600) return Number(text);
  throw new InvalidArgumentError("Give whole seconds, from 0 to 3600.");
}
