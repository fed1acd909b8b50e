import { parseManifest, type Manifest } from "../../../src/control-plane/sources/parse-manifest.ts";
import type { Diagnostic } from "../../../src/control-plane/translate/diagnostic.ts";

/** Reads manifests written in a test, as if they were in web.yaml. */
export function read(text: string): Manifest {
  return parseManifest(text, "web.yaml");
}

/** "web.yaml:12 error FieldMissing object Ingress shop/web | message | remedy": all of a diagnostic in one line. */
export function line({ severity, code, scope, object, message, remedy }: Diagnostic): string {
  const name = `${object.kind} ${object.namespace}/${object.name}`;
  return `${object.file}:${object.line} ${severity} ${code} ${scope} ${name} | ${message} | ${remedy}`;
}

export function lines(manifest: Manifest): string[] {
  return manifest.diagnostics.map(line);
}
