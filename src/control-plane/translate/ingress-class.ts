import { difference } from "../../snapshot/difference.ts";
import { sameElements } from "../remembered.ts";
import type { Ingress } from "../resources/ingress.ts";
import type { IngressClass } from "../resources/ingress-class.ts";
import { keyOf } from "../resources/resource-key.ts";
import type { Delta } from "./delta.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { OtherPrefix } from "./annotations/other-prefix.ts";
import { Notes } from "./notes.ts";
import { CONTROLLER_NAME } from "./options.ts";
import type { TranslateOptions } from "./options.ts";
import { originOf } from "./place.ts";
import { Problems } from "./problems.ts";

const LEGACY_ANNOTATION = "kubernetes.io/ingress.class";
const DEFAULT_ANNOTATION = "ingressclass.kubernetes.io/is-default-class";

/** An Ingress that is ours, and the class it is served under; null when it names none. */
export interface ClassedIngress {
  /** "namespace/name" */
  readonly key: string;
  readonly ingress: Ingress;
  readonly className: string | null;
}

interface Judged {
  readonly found: ClassedIngress | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Answers whose each Ingress is, by Ingress v1 and, for the legacy annotation, as ingress-nginx does: once as long as the classes are the same. */
export class OurIngresses {
  readonly #options: TranslateOptions;
  #classes: readonly IngressClass[] = [];
  #judge: (ingress: Ingress) => Judged;
  #ingresses: readonly Ingress[] = [];
  readonly #judged = new Map<Ingress, Judged>();
  readonly #notes = new Notes<Ingress>();

  constructor(options: TranslateOptions) {
    this.#options = options;
    this.#judge = judgeBy(this.#classes, options);
  }

  /** What is said of all of them, as they were given last. */
  get diagnostics(): readonly Diagnostic[] {
    return this.#notes.all;
  }

  /** What became of those that are ours. */
  of(ingresses: readonly Ingress[], ingressClasses: readonly IngressClass[]): Delta<ClassedIngress> {
    const { gone, come } = difference(this.#ingresses, ingresses);
    this.#ingresses = ingresses;
    const left = gone.flatMap((ingress) => this.#forget(ingress) ?? []);
    const others: ClassedIngress[] = [];
    if (!sameElements(ingressClasses, this.#classes)) {
      this.#classes = ingressClasses;
      this.#judge = judgeBy(ingressClasses, this.#options);
      for (const [ingress, { found: before }] of this.#judged) {
        const found = this.#find(ingress);
        if (isSame(before, found)) continue;
        if (before !== null) left.push(before);
        if (found !== null) others.push(found);
      }
    }
    return { gone: left, come: [...others, ...come.flatMap((ingress) => this.#find(ingress) ?? [])] };
  }

  #find(ingress: Ingress): ClassedIngress | null {
    const before = this.#judged.get(ingress)?.found ?? null;
    const judged = this.#judge(ingress);
    const found = isSame(before, judged.found) ? before : judged.found;
    this.#judged.set(ingress, { ...judged, found });
    this.#notes.set(ingress, judged.diagnostics);
    return found;
  }

  #forget(ingress: Ingress): ClassedIngress | null {
    const found = this.#judged.get(ingress)?.found ?? null;
    this.#judged.delete(ingress);
    this.#notes.delete(ingress);
    return found;
  }
}

function isSame(a: ClassedIngress | null, b: ClassedIngress | null): boolean {
  return a === b || (a?.ingress === b?.ingress && a?.className === b?.className);
}

function judgeBy(classes: readonly IngressClass[], options: TranslateOptions): (ingress: Ingress) => Judged {
  const named = new Set(options.ingressClasses);
  const controller = options.controllerClass ?? CONTROLLER_NAME;
  for (const one of classes) if (one.spec.controller === controller) named.add(one.metadata.name);
  const defaults = classes
    .filter((one) => one.metadata.annotations[DEFAULT_ANNOTATION] === "true")
    .map((one) => one.metadata.name)
    .toSorted();
  const { annotationsPrefix } = options;
  const other = annotationsPrefix === undefined ? null : new OtherPrefix(annotationsPrefix);
  return (written) => {
    const problems = new Problems();
    const ingress = other === null ? written : other.read(written);
    return { found: classOf(ingress, named, defaults, options, problems), diagnostics: problems.found };
  };
}

function classOf(
  ingress: Ingress,
  ours: ReadonlySet<string>,
  defaults: readonly string[],
  options: TranslateOptions,
  problems: Problems,
): ClassedIngress | null {
  const field = ingress.spec.ingressClassName || undefined;
  const annotation = ingress.metadata.annotations[LEGACY_ANNOTATION] || undefined;
  const asked = field ?? annotation;
  if (asked === undefined) return classless(ingress, ours, defaults, options, problems);

  if (annotation !== undefined && annotation !== asked && (ours.has(asked) || ours.has(annotation))) {
    problems.add({
      severity: "warning",
      code: "IngressClassContradicts",
      scope: "object",
      object: originOf(ingress, ["metadata", "annotations", LEGACY_ANNOTATION]),
      message: `spec.ingressClassName is ${asked} but the annotation ${LEGACY_ANNOTATION} is ${annotation}; the field decides`,
      remedy: "Remove the annotation",
    });
  }
  if (ours.has(asked)) return { key: keyOf(ingress), ingress, className: asked };

  const place = field === undefined ? ["metadata", "annotations", LEGACY_ANNOTATION] : ["spec", "ingressClassName"];
  problems.add({
    severity: "info",
    code: "IngressOfOtherClass",
    scope: "object",
    object: originOf(ingress, place),
    message: `the Ingress is of class ${asked}, which is not served here`,
    remedy: `Start with --ingress-class ${asked} to serve it`,
  });
  return null;
}

/** An Ingress without class is of the default class, or else of nobody's. */
function classless(
  ingress: Ingress,
  ours: ReadonlySet<string>,
  defaults: readonly string[],
  options: TranslateOptions,
  problems: Problems,
): ClassedIngress | null {
  const byDefault = defaults.find((name) => ours.has(name));
  if (byDefault !== undefined && defaults.length > 1) {
    problems.add({
      severity: "warning",
      code: "SeveralDefaultClasses",
      scope: "object",
      object: originOf(ingress, ["spec"]),
      message: `the Ingress names no class and ${defaults.length} IngressClasses are the default: ${defaults.join(", ")}`,
      remedy: "Set spec.ingressClassName, or leave one IngressClass as the default",
    });
  }
  if (byDefault !== undefined) return { key: keyOf(ingress), ingress, className: byDefault };
  if (options.serveWithoutClass) return { key: keyOf(ingress), ingress, className: null };
  problems.add({
    severity: "info",
    code: "IngressWithoutClass",
    scope: "object",
    object: originOf(ingress, ["spec"]),
    message: "the Ingress names no class, and no IngressClass of ours is the default",
    remedy: `Set spec.ingressClassName to ${[...ours].toSorted()[0] ?? "the name of an IngressClass of ours"}`,
  });
  return null;
}
