import { randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { CertificatePair } from "../snapshot/pair.ts";
import { makeAuthority, readAuthority, writeAuthority } from "./authority-pair.ts";

export interface KeptAuthority {
  readonly pair: CertificatePair;
  /** The authority's certificate alone, in PEM. */
  readonly certificateFile: string;
  /** Why an authority that was there is not used any more; null when there was none or a good one. */
  readonly replaced: string | null;
}

const FILE = /^authority-([1-9][0-9]{0,8})\.pem$/;
const CERTIFICATE_FILE = "ca.pem";
/** Each round but the last is lost to another process that got there first, and that one wrote a good authority. */
const ROUNDS = 10;

/**
 * The authority kept in `folder`, made when there is none that can sign. Safe with any number of processes at once: `authority-N.pem`
 * (key and certificate, mode 0600) appears whole under its name or not at all and is never written again, the highest N is the authority, and a new one
 * is the next N, which only one process can get. A folder that does not exist is made with mode 0700.
 * @throws {Error} of the file system when the folder cannot be written.
 */
export async function keepAuthority(folder: string): Promise<KeptAuthority> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  let replaced: string | null = null;
  for (let round = 0; round < ROUNDS; round += 1) {
    const newest = await newestNumber(folder);
    if (newest > 0) {
      const file = authorityFile(folder, newest);
      const found = await readFile(file, "utf8").then(readAuthority, unreadable);
      // Removed since the folder was listed: somebody has made a newer one.
      if (found === null) continue;
      if ("pair" in found) {
        const certificateFile = path.join(folder, CERTIFICATE_FILE);
        await keepCertificate(certificateFile, found.pair.chain);
        return { pair: found.pair, certificateFile, replaced };
      }
      replaced = `${file}: ${found.problem}`;
    }
    if (await addAuthority(folder, newest + 1)) await removeOlder(folder, newest);
  }
  throw new Error(`no development authority can be kept in ${folder}: ${replaced ?? "it keeps disappearing"}`);
}

function authorityFile(folder: string, number: number): string {
  return path.join(folder, `authority-${number}.pem`);
}

async function newestNumber(folder: string): Promise<number> {
  const names = await readdir(folder);
  return Math.max(0, ...names.map((name) => Number(FILE.exec(name)?.[1] ?? 0)));
}

function unreadable(error: NodeJS.ErrnoException): { problem: string } | null {
  if (error.code === "ENOENT") return null;
  return { problem: `it cannot be read (${error.code ?? error.message})` };
}

/** @returns false when another process has made authority `number` meanwhile. */
async function addAuthority(folder: string, number: number): Promise<boolean> {
  const text = writeAuthority(await makeAuthority());
  const written = await writeBeside(authorityFile(folder, number), text, 0o600);
  try {
    // link, not rename: it fails when the name is taken, so that the first process wins.
    await link(written, authorityFile(folder, number));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    await rm(written, { force: true });
  }
}

async function removeOlder(folder: string, newest: number): Promise<void> {
  if (newest > 0) await rm(authorityFile(folder, newest), { force: true });
}

async function keepCertificate(file: string, chain: string): Promise<void> {
  const kept = await readFile(file, "utf8").catch(() => null);
  if (kept !== chain) await rename(await writeBeside(file, chain, 0o644), file);
}

async function writeBeside(file: string, text: string, mode: number): Promise<string> {
  const beside = `${file}.${randomUUID()}.new`;
  await writeFile(beside, text, { mode, flag: "wx", flush: true });
  return beside;
}
