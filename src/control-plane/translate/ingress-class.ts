import { Remembered, RememberedList } from "../remembered.ts";
import type { Ingress } from "../resources/ingress.ts";
import type { IngressClass } from "../resources/ingress-class.ts";
import { keyOf } from "../resources/resource-key.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { OtherPrefix } from "./annotations/other-prefix.ts";
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
  readonly classes: readonly IngressClass[];
  readonly found: ClassedIngress | null;
  readonly diagnostics: readonly Diagnostic[];
}

interface Ours {
  readonly ours: readonly ClassedIngress[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Answers whose each Ingress is, by Ingress v1 and, for the legacy annotation, as ingress-nginx does: once as long as the classes are the same. */
export class OurIngresses {
  readonly #options: TranslateOptions;
  readonly #classes = new RememberedList<IngressClass>();
  readonly #judged = new WeakMap<Ingress, Judged>();
  readonly #ours = new Remembered<Ours>();

  constructor(options: TranslateOptions) {
    this.#options = options;
  }

  /** The same object when all of it is the same. */
  of(ingresses: readonly Ingress[], ingressClasses: readonly IngressClass[]): Ours {
    const classes = this.#classes.of(ingressClasses);
    return this.#ours.of([ingresses, classes], () => this.#judge(ingresses, classes));
  }

  #judge(ingresses: readonly Ingress[], classes: readonly IngressClass[]): Ours {
    const judge = judgeBy(classes, this.#options);
    const ours: ClassedIngress[] = [];
    const diagnostics: Diagnostic[] = [];
    for (const ingress of ingresses) {
      let judged = this.#judged.get(ingress);
      if (judged?.classes !== classes) {
        judged = { classes, ...judge(ingress) };
        this.#judged.set(ingress, judged);
      }
      for (const diagnostic of judged.diagnostics) diagnostics.push(diagnostic);
      if (judged.found !== null) ours.push(judged.found);
    }
    return { ours, diagnostics };
  }
}

function judgeBy(
  classes: readonly IngressClass[],
  options: TranslateOptions,
): (ingress: Ingress) => Omit<Judged, "classes"> {
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
