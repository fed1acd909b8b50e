// What is checked of sources: each rule takes files and returns what breaks it.
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { PACKAGES, ROOMS } from "./rooms.ts";

const ROOT = join(import.meta.dirname, "../..");
const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test)?\.ts$/;
const SAYS_NOTHING = /(?:^|-)(?:utils?|helpers?|common|managers?)(?:-|\.)/;

/** Path below src, with "/" everywhere, to text. */
export type Sources = ReadonlyMap<string, string>;

const FROM = /^\s*(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']/gm;
const BARE = /^\s*import\s*["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"']+)["']\s*\)/g;

function importsOf(text: string): string[] {
  return [FROM, BARE, DYNAMIC].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] as string));
}

function roomOf(path: string): string | null {
  const rooms = Object.keys(ROOMS).filter((room) => path === room || path.startsWith(`${room}/`));
  return rooms.reduce<string | null>((best, room) => (room.length > (best ?? "").length ? room : best), null);
}

export function wrongImports(sources: Sources): string[] {
  const wrong: string[] = [];
  for (const [path, text] of sources) {
    const room = roomOf(path);
    if (room === null) wrong.push(`${path} is in no room of the table`);
    for (const specifier of importsOf(text)) {
      if (specifier.startsWith("node:")) continue;
      const target = specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : null;
      if (target === null) {
        if (!(PACKAGES[specifier] ?? []).includes(room ?? "")) wrong.push(`${path} imports the package ${specifier}`);
        continue;
      }
      if (!sources.has(target)) wrong.push(`${path} imports ${target}, which does not exist`);
      const other = roomOf(target);
      if (other !== room && !(ROOMS[room ?? ""] ?? []).includes(other ?? "")) wrong.push(`${path} imports ${target}`);
    }
  }
  return wrong;
}

/** One line a cycle: the files on it, beginning with the one that closed it. */
export function cycles(sources: Sources): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push([...trail.slice(at), path].join(" > "));
    if (at >= 0 || done.has(path)) return;
    for (const specifier of importsOf(sources.get(path) ?? "")) {
      if (specifier.startsWith(".")) walk(posix.join(posix.dirname(path), specifier), [...trail, path]);
    }
    done.add(path);
  };
  for (const path of sources.keys()) walk(path, []);
  return found;
}

/** Files that do nothing but export what others have. */
export function barrels(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
    const own = code.replace(/^\s*(?:import|export)\b[^;"'`]*?\bfrom\s*["'][^"']+["'];?/gm, "");
    return own.trim() === "" && /\bexport\b/.test(code) ? [path] : [];
  });
}

export function wrongNames(paths: readonly string[]): string[] {
  return paths.filter((path) => {
    const folders = posix.dirname(path).split("/");
    const name = posix.basename(path);
    return (
      !KEBAB_CASE.test(name) || SAYS_NOTHING.test(name) || folders.some((folder) => SAYS_NOTHING.test(`${folder}.`))
    );
  });
}

export function readAll(folder: string): Sources {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  const files = names.map((name) => name.replaceAll("\\", "/")).filter((name) => name.endsWith(".ts"));
  return new Map(files.map((file) => [file, readFileSync(join(ROOT, folder, file), "utf8")]));
}
