import { createServer } from "node:net";
import { DEFAULT_PORTS, type ServeFlags } from "./options.ts";
import { isSystemError, Problem } from "./problem.ts";

type Name = keyof typeof DEFAULT_PORTS;

export interface ChosenPorts {
  readonly ports: Readonly<Record<Name, number>>;
  /** What to tell: a default that was busy, and what is used instead. */
  readonly notes: readonly string[];
}

/** How far from a busy default to look. */
const REACH = 100;

/**
 * Decides where to listen by binding each port exclusively for a moment, so that two gateways never share one. A busy default gives
 * way to the next free port.
 * @throws {Problem} when a port that was asked for is busy or not allowed.
 */
export async function choosePorts(
  flags: ServeFlags,
  defaults: Readonly<Record<Name, number>> = DEFAULT_PORTS,
): Promise<ChosenPorts> {
  const asked: Readonly<Record<Name, number | undefined>> = {
    http: flags.httpPort,
    https: flags.httpsPort,
    health: flags.healthPort,
    admin: flags.adminPort,
  };
  const hosts = hostsFor(flags.bind);
  const names = Object.keys(defaults) as Name[];
  const ports: Record<Name, number> = { ...defaults };
  const taken = new Map<number, string>();
  for (const name of names) {
    const port = asked[name];
    if (port === undefined) continue;
    await checkAsked(`--${name}-port`, hosts[name], port, taken);
    ports[name] = port;
    taken.set(port, `--${name}-port`);
  }
  const notes: string[] = [];
  for (const name of names) {
    if (asked[name] !== undefined) continue;
    const preset = defaults[name];
    const port = await nextFree(name, hosts[name], preset, taken);
    if (port !== preset) notes.push(`${name} port ${preset} is busy: using ${port}`);
    ports[name] = port;
    taken.set(port, `--${name}-port`);
  }
  return { ports, notes };
}

/** A port that a flag says. */
export interface AskedPort {
  readonly flag: string;
  /** Absent: all addresses. */
  readonly host?: string;
  readonly port: number;
}

/** @throws {Problem} when one of the ports cannot be had, or is given twice */
export async function checkPorts(asked: readonly AskedPort[]): Promise<void> {
  const taken = new Map<number, string>();
  for (const { flag, host, port } of asked) {
    await checkAsked(flag, host, port, taken);
    taken.set(port, flag);
  }
}

async function checkAsked(
  flag: string,
  host: string | undefined,
  port: number,
  taken: ReadonlyMap<number, string>,
): Promise<void> {
  if (port === 0) return;
  const other = taken.get(port);
  if (other !== undefined) {
    throw new Problem(
      `${flag} and ${other} are both port ${port}`,
      `Give each a port of its own, for example ${other} 0.`,
    );
  }
  const code = await tryPort(host, port);
  if (code !== null) throw busyPort(flag, host, port, code);
}

/** Health listens on all addresses, admin on loopback whatever --bind says. */
function hostsFor(bind: string): Readonly<Record<Name, string | undefined>> {
  return { http: bind, https: bind, health: undefined, admin: "127.0.0.1" };
}

async function nextFree(
  name: Name,
  host: string | undefined,
  preset: number,
  taken: ReadonlyMap<number, string>,
): Promise<number> {
  let code: string | null = null;
  for (let port = preset; port < preset + REACH; port += 1) {
    if (taken.has(port)) continue;
    code = await tryPort(host, port);
    if (code === null) return port;
    if (code !== "EADDRINUSE") break;
  }
  throw busyPort(`--${name}-port`, host, preset, code ?? "EADDRINUSE");
}

/** What to say of a port that cannot be had. @param flag the flag that moves it; "" where none does. */
export function busyPort(flag: string, host: string | undefined, port: number, code: string): Problem {
  const where = `port ${port} on ${host ?? "all addresses"}`;
  const move = flag === "" ? "" : `, or give another one: ${flag} 0 takes any that is free`;
  if (code === "EADDRINUSE") return new Problem(`${where} is busy`, `Stop the program that listens there${move}.`);
  if (code === "EACCES") return new Problem(`${where} is not allowed`, `Ports below 1024 need privileges${move}.`);
  if (code === "EADDRNOTAVAIL") {
    return new Problem(`${host} is no address of this machine`, "Give one with --bind, for example 127.0.0.1.");
  }
  return new Problem(`${where} cannot be used (${code})`, `Look at what the system says about it${move}.`);
}

/** Binds and lets go. @returns the system's error code, or null when the port is free. */
async function tryPort(host: string | undefined, port: number): Promise<string | null> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ port, exclusive: true, ...(host === undefined ? {} : { host }) }, resolve);
    });
  } catch (error) {
    if (isSystemError(error)) return error.code ?? "";
    throw error;
  }
  await new Promise((resolve) => server.close(resolve));
  return null;
}
