import type { Verb } from "./faults.ts";
import { KINDS, type FakeKind } from "./kinds.ts";

/** What a request asks for. */
export interface Asked {
  readonly kind: FakeKind;
  readonly verb: Verb;
  /** Absent: of all namespaces, or cluster-scoped. */
  readonly namespace?: string;
  readonly name?: string;
  readonly of: "object" | "status";
}

const PATH = /^\/(?:api|apis\/([^/]+))\/([^/]+)(?:\/namespaces\/([^/]+)(?=\/.))?\/([^/]+)(?:\/([^/]+))?(\/status)?$/;

/** Reads a path of the API; null: there is nothing of the kind. */
export function route(method: string, url: URL): Asked | null {
  const found = PATH.exec(url.pathname);
  if (found === null) return null;
  const [, group = "", version, namespace, plural, name, status] = found;
  const kind = KINDS.find((one) => one.group === group && one.version === version && one.plural === plural);
  if (kind === undefined) return null;
  const verb = verbOf(method, name, url.searchParams);
  if (verb === null) return null;
  return {
    kind,
    verb,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    of: status === undefined ? "object" : "status",
  };
}

function verbOf(method: string, name: string | undefined, query: URLSearchParams): Verb | null {
  if (method === "GET") {
    if (name !== undefined) return "get";
    if (/^(1|true)$/.test(query.get("watch") ?? "")) return "watch";
    return query.has("continue") ? "page" : "list";
  }
  const verbs: Record<string, Verb> = { POST: "create", PUT: "update", PATCH: "patch", DELETE: "delete" };
  return verbs[method] ?? null;
}
