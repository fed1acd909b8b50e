import { LineCounter, parseAllDocuments, visit, type Alias, type Document } from "yaml";
import { shown } from "../resources/field.ts";
import { readObject } from "../resources/read-object.ts";
import type { KnownResource } from "../resources/resource-set.ts";
import type { Diagnostic } from "../translate/diagnostic.ts";
import { fileProblem } from "./manifest-problem.ts";
import { placeIn } from "./manifest-place.ts";

/** What one file holds. */
export interface Manifest {
  readonly resources: readonly KnownResource[];
  readonly diagnostics: readonly Diagnostic[];
  /** Some of it could not be parsed at all, so that `resources` may lack any of its objects. */
  readonly broken: boolean;
}

/** How often the anchors of one document may be used all in all: real manifests use a few, a bomb uses millions. */
const MAX_ALIASES = 100;

/**
 * Parses YAML, of any number of documents, or JSON, which is YAML too. A broken document costs that document where the parser can go on.
 * @param file the name messages use
 */
export function parseManifest(text: string, file: string): Manifest {
  const lines = new LineCounter();
  // String keys only, so that "name: {{ .Values.name }}", which is a map of a map by the letter of YAML, is an error.
  const options = {
    lineCounter: lines,
    merge: true,
    stringKeys: true,
    prettyErrors: false,
    logLevel: "error",
  } as const;
  const resources: KnownResource[] = [];
  const diagnostics: Diagnostic[] = [];
  let broken = false;
  const fail = (message: string, offset: number, remedy = remedyFor(text)): void => {
    broken = true;
    const problem = { code: "FileNotParsed", file, line: lines.linePos(offset).line };
    diagnostics.push(fileProblem(problem, message, remedy));
  };
  for (const document of parseAllDocuments(text, options) as Document.Parsed[]) {
    const error = document.errors[0];
    if (error !== undefined) {
      const [at] = error.pos;
      if (error.code === "DUPLICATE_KEY")
        fail(`the key ${keyAt(text, at)} is written twice`, at, remedyForTwice(keyAt(text, at)));
      else if (error.code === "BAD_ALIAS")
        fail("* alone refers to nothing", at, 'Put it in quotes, or write a name: "*"');
      else if (error.code === "NON_STRING_KEY") fail("a key must be text, not a map or a list", at);
      else fail(error.message, at);
      continue;
    }
    try {
      const read = readObject(document.toJS({ maxAliasCount: MAX_ALIASES }), placeIn(document, lines, file));
      resources.push(...read.resources);
      diagnostics.push(...read.diagnostics);
    } catch (error) {
      // Aliases: one to nothing, or more than any manifest needs.
      const alias = unresolvedAlias(document);
      if (alias === null) fail((error as Error).message, document.range[0]);
      else fail(`*${alias.source} refers to nothing`, alias.range?.[0] ?? 0, `Put it in quotes: "*${alias.source}"`);
    }
  }
  return { resources, diagnostics, broken };
}

/** The key that begins at `offset`, as it is written. */
function keyAt(text: string, offset: number): string {
  return shown(/[^\n:]*/.exec(text.slice(offset, offset + 100))?.[0].trim());
}

/** Twice at the top it is two objects in one. */
function remedyForTwice(key: string): string {
  return key === '"apiVersion"' || key === '"kind"' ? "Write a line --- between two objects" : "Keep one of the two";
}

/** `host: *.example.com` without quotes is an alias by the letter of YAML. */
function unresolvedAlias(document: Document.Parsed): Alias | null {
  let found: Alias | null = null;
  visit(document, {
    Alias(_key, alias) {
      if (alias.resolve(document) !== undefined) return undefined;
      found = alias;
      return visit.BREAK;
    },
  });
  return found;
}

function remedyFor(text: string): string {
  return text.includes("{{")
    ? "This looks like a Helm template: render it first (helm template CHART > rendered.yaml) and give the result"
    : "Correct the syntax of the file";
}
