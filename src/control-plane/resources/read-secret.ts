import type { Field } from "./field.ts";
import type { ObjectMeta } from "./resource.ts";
import type { Secret } from "./secret.ts";

/**
 * Shapes a Secret: `data` decoded from base64, `stringData` over it. A bad value costs that value, never the Secret: one that is there but
 * broken keeps its last good certificate, one that is gone does not. No message ever quotes a value.
 */
export function readSecret(object: Field, metadata: ObjectMeta): Secret {
  const data = readEntries(object.at("data").hidden(), decode);
  const stringData = readEntries(object.at("stringData").hidden(), (value) => value.text() ?? "");
  return {
    kind: "Secret",
    metadata,
    type: object.at("type").text() ?? "Opaque",
    data: { ...data, ...stringData },
  };
}

function readEntries(map: Field, read: (value: Field) => string): Record<string, string> {
  const entries = map.orElse([], (field) => field.entries());
  return Object.fromEntries(entries.flatMap(([key, value]) => value.orElse([], (field) => [[key, read(field)]])));
}

/** Padded base64; line breaks are allowed, as Kubernetes' decoder allows them. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function decode(value: Field): string {
  const text = (value.text() ?? "").replace(/[\r\n]/g, "");
  if (BASE64.test(text)) return Buffer.from(text, "base64").toString("utf8");
  const remedy = text.startsWith("-----BEGIN")
    ? "Move it to stringData, which takes PEM as it is"
    : "Encode it with base64 -w0, or move it to stringData";
  return value.fail("SecretNotBase64", "is not base64", remedy);
}
