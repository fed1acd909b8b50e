import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { RESPONSE_CASES } from "../../conformance/cases/upstream-response.ts";
import { CASES } from "../../conformance/smuggling-cases.ts";
import { LONGEST } from "./mutate.ts";
import { type Kind, KINDS } from "./target.ts";

export interface Entry {
  readonly kind: Kind;
  readonly input: Buffer;
}

/** Every message of the conformance rows; what reads paths is tried in both ways of reading them. */
function rows(): Entry[] {
  const requests = CASES.flatMap(({ id, variants }) =>
    variants.flatMap(({ send }) =>
      id.startsWith("RL1") ? [entry("request", send), entry("strict", send)] : [entry("request", send)],
    ),
  );
  const responses = RESPONSE_CASES.flatMap(({ id, variants }) =>
    variants.flatMap(({ answer, later = "", closesBy, method }) => {
      const kind = closesBy !== undefined ? "closed" : method === "HEAD" ? "head" : "response";
      const also: readonly Kind[] = id === "RS6" ? ["head"] : id === "RS4" || id === "RS5" ? ["upgrade"] : [];
      return [kind, ...also].map((one) => entry(one as Kind, answer + later));
    }),
  );
  return [...requests, ...responses].filter(({ input }) => input.length > 0 && input.length <= LONGEST);
}

/**
 * What belongs to the source: the rows, and what earlier campaigns found to reach code in ways of their own, in corpus/KIND.txt, one a
 * line, written as a JSON string of latin1.
 */
export function committedCorpus(): Entry[] {
  const kept = KINDS.flatMap((kind) => {
    const lines = readFileSync(new URL(`../corpus/${kind}.txt`, import.meta.url), "utf8").split("\n");
    return lines.filter((line) => line !== "").map((line) => entry(kind, JSON.parse(line) as string));
  });
  return [...rows(), ...kept];
}

function entry(kind: Kind, text: string): Entry {
  return { kind, input: Buffer.from(text, "latin1") };
}

/** Inputs that earlier runs have kept in a folder, one a file; none where it does not exist. */
export function keptCorpus(folder: string): Entry[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .toSorted()
    .flatMap((name) => {
      const kind = kindOf(name);
      return kind === null ? [] : [{ kind, input: readFileSync(join(folder, name)) }];
    });
}

/** The kind that the name of a file begins with. */
export function kindOf(name: string): Kind | null {
  return KINDS.find((kind) => name.startsWith(`${kind}-`)) ?? null;
}

/** Keeps an input as a file named after its kind and content. @returns the path */
export function keep(folder: string, { kind, input }: Entry): string {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${kind}-${createHash("sha256").update(input).digest("hex").slice(0, 16)}`);
  writeFileSync(path, input);
  return path;
}
