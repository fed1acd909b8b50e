import type { Ingress } from "../resources/ingress.ts";
import type { Diagnostic } from "./diagnostic.ts";

/** That there are Ingresses, and every one is of a class that was not asked for: a list without errors would be taken for a good sign. */
export function nothingServed(ingresses: readonly Ingress[], ours: number, folder: string): readonly Diagnostic[] {
  if (ours > 0 || ingresses.length === 0) return [];
  const classes = [...new Set(ingresses.map(classOf))].toSorted();
  const many = ingresses.length > 1;
  const which = many
    ? `none of the ${ingresses.length} Ingresses is served: they are`
    : "the one Ingress is not served: it is";
  return [
    {
      severity: "error",
      code: "NothingServed",
      scope: "object",
      object: { kind: "Folder", namespace: "", name: folder },
      message: `${which} of class ${classes.join(", ")}`,
      remedy: `Add ${classes.map((name) => `--ingress-class ${name}`).join(" ")}`,
    },
  ];
}

function classOf({ spec, metadata }: Ingress): string {
  return spec.ingressClassName ?? metadata.annotations["kubernetes.io/ingress.class"] ?? "(none)";
}
