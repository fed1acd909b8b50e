import type { ApiServer, Query } from "./api-server.ts";
import { ApiError, isExpired } from "./api-error.ts";
import { apiObject, keyOfObject, Malformed } from "./api-object.ts";
import type { Listing } from "./known-objects.ts";

/** Objects a page, as client-go asks for. */
const PAGE = 500;

interface Page {
  readonly metadata?: { readonly resourceVersion?: unknown; readonly continue?: unknown } | null;
  readonly items?: unknown;
}

/**
 * Lists all objects of a collection, page by page, as etcd has them and not as some cache had them once. When the pages expire on the way,
 * everything is asked for at once.
 * @returns the objects, and the version to watch from
 */
export async function listObjects(
  api: ApiServer,
  path: string,
  query: Query,
  signal: AbortSignal,
): Promise<{ readonly listing: Listing; readonly resourceVersion: string }> {
  const listing: Listing = new Map();
  let limit: number | undefined = PAGE;
  let token: string | undefined;
  for (;;) {
    try {
      const page: Page = await api.request("GET", path, { query: { ...query, limit, continue: token }, signal });
      const next = take(page, listing);
      if (next.token === undefined) return { listing, resourceVersion: next.resourceVersion };
      token = next.token;
    } catch (error) {
      if (token === undefined || !(error instanceof ApiError) || !isExpired(error)) throw error;
      listing.clear();
      token = undefined;
      limit = undefined;
    }
  }
}

function take(page: Page, listing: Listing): { readonly token: string | undefined; readonly resourceVersion: string } {
  const { resourceVersion, continue: token } = page.metadata ?? {};
  if (typeof resourceVersion !== "string") throw new Malformed("a list without a resourceVersion");
  const items = page.items ?? [];
  if (!Array.isArray(items)) throw new Malformed("a list without items");
  for (const item of items as unknown[]) {
    const object = apiObject(item);
    listing.set(keyOfObject(object), object);
  }
  return { token: typeof token === "string" && token !== "" ? token : undefined, resourceVersion };
}
