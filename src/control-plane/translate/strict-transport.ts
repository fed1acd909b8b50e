import type { MiddlewareSettings } from "../../snapshot/route.ts";
import type { Translating } from "./translating.ts";

/**
 * The middleware that tells browsers to come by HTTPS alone, or null. On a developer's machine there is none: a browser would refuse plain HTTP
 * to the host for a year.
 * @param className that the Ingress is served under, null for none: users of ingress-nginx rely on its default
 */
export function strictTransportFor(
  className: string | null,
  { options, settings }: Pick<Translating, "options" | "settings">,
): MiddlewareSettings | null {
  const { asked, value } = settings.strictTransport;
  if (options.strictTransport !== true || !(asked ?? className === "nginx")) return null;
  return { use: "strict-transport", options: { value } };
}
