import type { Ingress } from "../../../src/control-plane/resources/ingress.ts";
import { read } from "./read.ts";

/** The Ingress shop/web, up to its spec, which begins in line 4. */
export const HEAD = `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: shop }
`;

/** What is read of an Ingress; undefined where it is left out. */
export function ingress(text: string): Ingress | undefined {
  const resource = read(text).resources[0];
  return resource?.kind === "Ingress" ? resource : undefined;
}
