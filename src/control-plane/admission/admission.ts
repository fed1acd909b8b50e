// Judges an Ingress before it is stored, for the API server's validating webhook.
// In: an AdmissionReview, and the resources that are known now. Out: the same review answered, refused where `check` would show an error.
// Never: anything stored, published or counted for routing; a refusal for what is not ours, or for what may still come (a Service, a Secret).
import { isDeepStrictEqual } from "node:util";
import type { ApiObject } from "../kubernetes/api-object.ts";
import type { Ingress } from "../resources/ingress.ts";
import { readObject } from "../resources/read-object.ts";
import { keyOf } from "../resources/resource-key.ts";
import type { ResourceSet } from "../resources/resources.ts";
import type { Diagnostic } from "../translate/diagnostic.ts";
import type { TranslateOptions } from "../translate/options.ts";
import { translate } from "../translate/translate.ts";
import type { AsksFor, Decision } from "./admission-review.ts";
import type { Surroundings } from "./surroundings.ts";

/** What an Ingress is judged by. */
export interface Known {
  readonly resources: ResourceSet;
  readonly translate: TranslateOptions;
  /** Whether Ingresses of a namespace are looked at; absent: of all. */
  readonly looksAt?: (namespace: string) => boolean;
}

const ALLOWED: Decision = { allowed: true, message: "", warnings: [] };
const INGRESS = { apiVersion: "networking.k8s.io/v1", kind: "Ingress" };

/** @param known null while nothing is known of the cluster: then nothing can be judged, and nothing is refused */
export function decide(
  { kind, operation, object, oldObject }: AsksFor,
  known: Known | null,
  surroundings: Surroundings,
): Decision {
  if (kind !== INGRESS.kind || (operation !== "CREATE" && operation !== "UPDATE") || object === null) return ALLOWED;
  if (known === null) {
    return { ...ALLOWED, warnings: ["ts-ingress has not read the cluster yet: this Ingress was not judged"] };
  }
  // What is being deleted, or has the same to say as before, must not be held up by what was wrong with it all along.
  if (object.metadata["deletionTimestamp"] || (oldObject !== null && saysTheSame(object, oldObject))) return ALLOWED;
  // It is served by another, or by nobody, whatever its class is.
  if (known.looksAt?.(object.metadata.namespace ?? "") === false) return ALLOWED;
  const started = performance.now();
  const { resources, diagnostics: unread } = readObject({ ...object, ...INGRESS });
  const ingress = resources.find((one): one is Ingress => one.kind === INGRESS.kind);
  if (ingress === undefined) return { ...ALLOWED, warnings: unread.slice(0, MOST_TOLD).map(textOf) };
  const among = surroundings.of(operation === "CREATE" ? youngest(ingress) : ingress, known.resources, known.translate);
  const began = performance.now();
  const { ours, diagnostics } = translate(among, known.translate);
  const translating = (performance.now() - began) / 1000;
  if (!ours.includes(keyOf(ingress))) return ALLOWED;
  const decision = verdict([...unread, ...diagnostics.filter((one) => isAbout(one, ingress))]);
  const { namespace, name } = ingress.metadata;
  const judging = (performance.now() - started) / 1000;
  const judged = { namespace, name, translated: among.ingresses.length, translating, judging };
  return { ...decision, judged };
}

/** Of an object with thousands of mistakes, how many whoever applies it is told. */
const MOST_TOLD = 20;

function verdict(diagnostics: readonly Diagnostic[]): Decision {
  const errors = diagnostics.filter(isRefused);
  const others = diagnostics.filter((one) => !isRefused(one) && one.severity !== "info");
  const warnings = others.slice(0, MOST_TOLD).map(textOf);
  if (errors.length === 0) return { allowed: true, message: "", warnings };
  const told = errors.slice(0, MOST_TOLD).map(textOf);
  const rest = errors.length - told.length;
  if (rest > 0) told.push(`and ${rest} more`);
  return { allowed: false, message: told.join("\n"), warnings };
}

function isRefused({ severity, scope }: Diagnostic): boolean {
  return severity === "error" && scope !== "reference";
}

/** The words of `check`. */
function textOf({ code, message, remedy }: Diagnostic): string {
  return `${code}: ${message}. ${remedy}.`;
}

function isAbout({ object }: Diagnostic, { metadata }: Ingress): boolean {
  return object.kind === "Ingress" && object.namespace === metadata.namespace && object.name === metadata.name;
}

function saysTheSame(object: ApiObject, before: ApiObject): boolean {
  return (
    isDeepStrictEqual(object["spec"], before["spec"]) &&
    isDeepStrictEqual(object.metadata["annotations"], before.metadata["annotations"])
  );
}

/** One that is not stored yet comes after all that are, also after those of the same second: who was there first keeps what both ask for. */
function youngest(ingress: Ingress): Ingress {
  return { ...ingress, metadata: { ...ingress.metadata, creationTimestamp: Number.MAX_SAFE_INTEGER } };
}
