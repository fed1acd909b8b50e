/** The Service behind an upstream's name ("shop/web:80", "shop/web:80 https"); null for a name of another form. */
export function serviceOf(upstream: string): { namespace: string; service: string; port: string } | null {
  const found = /^([^/\s]+)\/([^/\s:]+):([^\s]+)/.exec(upstream);
  if (found === null) return null;
  return { namespace: found[1] as string, service: found[2] as string, port: found[3] as string };
}
