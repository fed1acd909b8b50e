import { readFile } from "node:fs/promises";
import path from "node:path";
import type { Cluster, Context, User } from "@kubernetes/client-node/dist/config_types.js";
import { parse } from "yaml";
import { CredentialsProblem } from "./credentials.ts";

/** What a kubeconfig says of one context. Paths are absolute. */
export interface ChosenContext {
  readonly context: Context;
  readonly cluster: Cluster;
  /** Absent where the context names none: anonymous. */
  readonly user: User | null;
}

interface Entries {
  readonly clusters: Cluster[];
  readonly contexts: Context[];
  readonly users: User[];
  currentContext: string;
}

/**
 * Reads kubeconfig files and chooses a context. Of entries with one name the first counts, as for kubectl.
 * @param wanted name of a context; absent: the current one
 * @throws {CredentialsProblem} when a file cannot be read, or names something that is not there
 */
export async function readKubeconfig(files: readonly string[], wanted?: string): Promise<ChosenContext> {
  const all: Entries = { clusters: [], contexts: [], users: [], currentContext: "" };
  for (const file of files) await readInto(all, file);
  const where = files.join(", ");
  const name = wanted ?? all.currentContext;
  if (name === "") {
    throw new CredentialsProblem(`${where} has no current context`, "Choose one: kubectl config use-context NAME");
  }
  const context = byName(all.contexts, name);
  if (context === undefined) {
    const names = all.contexts.map((one) => one.name).join(", ") || "none";
    throw new CredentialsProblem(`${where} has no context ${name}`, `Choose one of those it has: ${names}`);
  }
  const cluster = byName(all.clusters, context.cluster);
  if (cluster === undefined) throw missing(where, "cluster", context.cluster, name);
  const user = byName(all.users, context.user);
  if (user === undefined && context.user) throw missing(where, "user", context.user, name);
  return { context, cluster, user: user ?? null };
}

async function readInto(all: Entries, file: string): Promise<void> {
  // The smallest part of the package that parses a kubeconfig: its door loads the whole API, 80 MB.
  const { newClusters, newContexts, newUsers } = await import("@kubernetes/client-node/dist/config_types.js");
  const folder = path.dirname(path.resolve(file));
  try {
    const text = await readFile(file, "utf8");
    const read = (parse(text) ?? {}) as Record<string, unknown>;
    all.clusters.push(...newClusters(read["clusters"]).map((one) => absolute(folder, one)));
    all.contexts.push(...newContexts(read["contexts"]));
    const users: readonly RawUser[] = Array.isArray(read["users"]) ? read["users"] : [];
    all.users.push(...newUsers(users).map((one) => placed(folder, one, users)));
    const current: unknown = read["current-context"];
    if (all.currentContext === "" && typeof current === "string") all.currentContext = current;
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "it does not exist" : (error as Error).message;
    throw new CredentialsProblem(`the kubeconfig ${file} cannot be read: ${reason}`, "Give another with --kubeconfig");
  }
}

/** Paths in a kubeconfig are relative to it. client-node knows no `tokenFile`, which is read again whenever the token is needed. */
function placed(folder: string, user: User, entries: readonly RawUser[]): User {
  const found = absolute(folder, user);
  const tokenFile = entries.find((entry) => entry.name === user.name)?.user?.tokenFile;
  if (typeof tokenFile === "string") {
    return { ...found, authProvider: { name: "tokenFile", config: { tokenFile: path.resolve(folder, tokenFile) } } };
  }
  const command: unknown = user.exec?.command;
  if (typeof command !== "string" || !command.includes("/")) return found;
  return { ...found, exec: { ...user.exec, command: path.resolve(folder, command) } };
}

interface RawUser {
  readonly name?: unknown;
  readonly user?: { readonly tokenFile?: unknown } | null;
}

function absolute<Entry extends { caFile?: string; certFile?: string; keyFile?: string }>(
  folder: string,
  entry: Entry,
): Entry {
  const moved = { ...entry };
  for (const key of ["caFile", "certFile", "keyFile"] as const) {
    if (moved[key]) moved[key] = path.resolve(folder, moved[key]);
  }
  return moved;
}

function byName<Entry extends { name: string }>(entries: readonly Entry[], name: string): Entry | undefined {
  return entries.find((entry) => entry.name === name);
}

function missing(where: string, what: string, name: string, context: string): CredentialsProblem {
  return new CredentialsProblem(
    `${where} has no ${what} ${name}, which its context ${context} names`,
    "Correct it, or choose another context with --context",
  );
}
