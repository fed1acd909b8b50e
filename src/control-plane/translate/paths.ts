import { normalPath } from "../../snapshot/normal-path.ts";
import type { PathMatch } from "../../snapshot/route.ts";
import { shown } from "../resources/field.ts";
import type { IngressPath } from "../resources/ingress.ts";
import { compilePath, literalBeginning } from "../../linear-pattern.ts";
import { PREFIX } from "./annotations/annotation.ts";
import { literally } from "./pattern-paths.ts";

/** Something wrong with a path that costs it, or only worth a warning. */
export interface PathProblem {
  readonly code: string;
  readonly message: string;
  readonly remedy: string;
}
export type PathReading =
  | {
      readonly match: PathMatch;
      readonly warning?: PathProblem;
      /** What is asked for cannot be told: what it covers must not be served. */
      readonly invalid?: PathProblem;
    }
  | { readonly problem: PathProblem; readonly field: "path" | "pathType" };

const LOOKS_LIKE_PATTERN = /[*()$^[\]{}|\\?]/;
/** The other types are literal everywhere, so that only what nobody writes for any other reason counts. */
const IS_PATTERN = /\.[*+]|\*$|\((?:\/\||\?:|\.)|\[[^\]]+\]|.\$$/;

/**
 * Reads `path` and `pathType` of `spec.rules[].http.paths[]`. ImplementationSpecific is Prefix here.
 * @param isPattern it is a regular expression, which has no normal form
 */
export function readPath(written: IngressPath, isPattern = false): PathReading {
  const { pathType } = written;
  if (pathType === undefined) {
    return problem("PathTypeMissing", "pathType is missing", "Set pathType to Prefix, Exact or ImplementationSpecific");
  }
  if (pathType !== "Exact" && pathType !== "Prefix" && pathType !== "ImplementationSpecific") {
    return problem(
      "PathTypeUnknown",
      `pathType ${shown(pathType)} does not exist`,
      "Set pathType to Prefix, Exact or ImplementationSpecific",
    );
  }
  const path = written.path ?? "";
  if (path === "" && pathType === "ImplementationSpecific") return { match: { kind: "prefix", path: "/" } };
  if (!path.startsWith("/")) {
    const remedy = `Write ${path === "" ? "/" : `/${path}`}`;
    return problem("PathNotAbsolute", `${pathType} path ${shown(path)} does not start with "/"`, remedy);
  }
  if (isPattern) return readPattern(path);
  const normal = normalise(path);
  if ("wrong" in normal) return problem("PathInvalid", `path ${shown(path)} ${normal.wrong}`, normal.remedy);
  const match: PathMatch = { kind: pathType === "Exact" ? "exact" : "prefix", path: normal.path };
  const looks = pathType === "ImplementationSpecific" ? LOOKS_LIKE_PATTERN : IS_PATTERN;
  if (!looks.test(path)) return { match };
  return {
    match,
    warning: {
      code: "PathLooksLikePattern",
      message: `${pathType} path ${shown(path)} looks like a pattern, but is matched literally${pathType === "Exact" ? "" : ", as a prefix"}`,
      remedy: `Write the literal path, or make it an expression by ${PREFIX}use-regex: "true"`,
    },
  };
}

/** An expression that RE2 has not may match whatever begins as it does. */
function readPattern(path: string): PathReading {
  const pattern = octets(path);
  if (compilePath(pattern) !== null) return { match: { kind: "pattern", path: pattern } };
  return {
    match: { kind: "pattern", path: literally(literalBeginning(pattern).text || "/") },
    invalid: {
      code: "PathPatternInvalid",
      message: `path ${shown(path)} is no regular expression in the syntax of RE2 of at most 1,024 characters, so what it may match answers 503`,
      remedy: "Write it without look-around, back references and possessive quantifiers",
    },
  };
}

/** A manifest holds characters, a request octets: characters beyond ASCII stand for their UTF-8 octets. */
export function octets(path: string): string {
  return Buffer.from(path, "utf8").toString("latin1");
}

function problem(code: string, message: string, remedy: string): PathReading {
  return { problem: { code, message, remedy }, field: code.startsWith("PathType") ? "pathType" : "path" };
}

/**
 * The path in the form the data plane matches on. "/café" is what a browser asks for by that.
 */
function normalise(path: string): { readonly path: string } | { readonly wrong: string; readonly remedy: string } {
  const normal = normalPath(octets(path));
  if (normal !== null) return { path: normal };
  if (/%(?![0-9a-fA-F]{2})/.test(path)) {
    return { wrong: "has a % that is not followed by two hexadecimal digits", remedy: "Write %25 for a percent sign" };
  }
  if (/\0|%00/.test(path)) return { wrong: "contains a NUL", remedy: "Remove it: no request path has one" };
  return { wrong: "climbs above the root", remedy: "Remove the .. that leads there" };
}
