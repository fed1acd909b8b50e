import { apiObject, type ApiObject } from "../kubernetes/api-object.ts";

/** What is asked in an admission.k8s.io/v1 AdmissionReview. */
export interface AsksFor {
  readonly uid: string;
  readonly kind: string;
  readonly operation: string;
  /** null for what is deleted. */
  readonly object: ApiObject | null;
  /** null for what is created. */
  readonly oldObject: ApiObject | null;
}

/** What is decided. */
export interface Decision {
  readonly allowed: boolean;
  /** Why not; "" where it is allowed. */
  readonly message: string;
  /** Shown to whoever asks, allowed or not. */
  readonly warnings: readonly string[];
  /** Absent where there was nothing to judge: it is not ours, or has the same to say as before. */
  readonly judged?: Judged;
}

/** The Ingress that was judged, and what that took. */
export interface Judged {
  readonly namespace: string;
  readonly name: string;
  /** Ingresses that were translated: it, and who shares a host with it. */
  readonly translated: number;
  /** Seconds: translating these, and judging in all. */
  readonly translating: number;
  readonly judging: number;
}

/** API servers cut warnings beyond 256 characters, and all of them beyond 4,096. */
const WARNING_LENGTH = 256;
const MOST_WARNINGS = 16;

const API_VERSION = "admission.k8s.io/v1";

/** @returns null for what is no AdmissionReview of version v1 */
export function readReview(value: unknown): AsksFor | null {
  const { apiVersion, kind, request } = (value ?? {}) as { apiVersion?: unknown; kind?: unknown; request?: unknown };
  const { uid, operation, ...rest } = (request ?? {}) as Record<string, unknown>;
  if (apiVersion !== API_VERSION || kind !== "AdmissionReview" || typeof uid !== "string") return null;
  return {
    uid,
    kind: textOf((rest["kind"] as { kind?: unknown } | undefined)?.kind),
    operation: textOf(operation),
    object: objectOrNull(rest["object"]),
    oldObject: objectOrNull(rest["oldObject"]),
  };
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function objectOrNull(value: unknown): ApiObject | null {
  try {
    return apiObject(value);
  } catch {
    return null;
  }
}

/** The AdmissionReview to answer with. */
export function answerReview(uid: string, { allowed, message, warnings }: Decision): object {
  const shown = warnings.slice(0, MOST_WARNINGS).map((text) => text.slice(0, WARNING_LENGTH));
  return {
    apiVersion: API_VERSION,
    kind: "AdmissionReview",
    response: {
      uid,
      allowed,
      ...(shown.length === 0 ? {} : { warnings: shown }),
      ...(allowed ? {} : { status: { code: 422, reason: "Invalid", message } }),
    },
  };
}
