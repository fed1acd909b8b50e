import { compilePath, type LinearPattern } from "../../linear-pattern.ts";
import type { Route } from "../../snapshot/route.ts";

/** What has a route. */
interface Routed {
  readonly route: Route;
}

interface PatternRoute<Match> {
  /** What a path in lower case must begin with, so that the expression is asked at all. */
  readonly begins: string;
  /** null where that is all it says. */
  readonly pattern: LinearPattern | null;
  readonly match: Match;
}

/** The routes of a host with regular expressions as paths: the first that matches has the request. The cost grows with their number. */
export class PatternRoutes<Match extends Routed> {
  readonly #routes: readonly PatternRoute<Match>[];

  /** @throws {Error} on a path that is no regular expression: the snapshot is then not applied */
  constructor(matches: readonly Match[]) {
    this.#routes = matches.map(compiled);
  }

  match(path: string): Match | null {
    const lower = inLowerCase(path);
    for (const { begins, pattern, match } of this.#routes) {
      if (lower.startsWith(begins) && (pattern === null || pattern.matches(path))) return match;
    }
    return null;
  }

  rules(): readonly Match[] {
    return this.#routes.map(({ match }) => match);
  }
}

function compiled<Match extends Routed>(match: Match): PatternRoute<Match> {
  const { path } = match.route.match;
  const compiledPath = compilePath(path);
  if (compiledPath === null) {
    throw new Error(`${JSON.stringify(path)} of route ${match.route.name} is no regular expression`);
  }
  return { begins: inLowerCase(compiledPath.begins), pattern: compiledPath.pattern, match };
}

/** Octets beyond ASCII have no case. */
function inLowerCase(path: string): string {
  return path.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
