import type { X509Certificate } from "node:crypto";
import type { CertificatePair } from "../../snapshot/pair.ts";
import { describeField, type FieldPath } from "../resources/field-path.ts";
import type { Ingress } from "../resources/ingress.ts";
import { keyIn, keyOf } from "../resources/resource-key.ts";
import { readCertificatePair } from "./certificate-pair.ts";
import { covers, CoveringCertificates } from "./covering-certificates.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { readHost } from "./hosts.ts";
import { namedWithPlace, originOf } from "./place.ts";
import { RuledHosts } from "./ruled-hosts.ts";
import type { Translating } from "./translating.ts";
import type { HostTables } from "./whole-hosts.ts";

/** Whether nobody is shown a certificate for a name here. */
type PassedNames = HostTables["handedOn"];

/** Who presents a certificate for a server name, and by whose wish. */
export interface Claim {
  readonly host: string;
  readonly secret: string;
  readonly pair: CertificatePair;
  readonly ingress: Ingress;
  readonly field: FieldPath;
}

interface ReadSecret {
  readonly secret: string;
  readonly pair: CertificatePair;
  readonly leaf: X509Certificate;
  readonly field: FieldPath;
}

/** The server names one Ingress asks a certificate for (`spec.tls`). One whose certificate is missing, broken or does not cover it is not listed. */
export function certificateClaims(ingress: Ingress, passed: PassedNames, translating: Translating): readonly Claim[] {
  if (ingress.spec.tls.length === 0) return [];
  const claims: Claim[] = [];
  const listed = new Set<string>();
  const secrets = new Map<string, ReadSecret>();
  const ruled = new RuledHosts(ingress);
  const areAllPassed = (names: readonly (string | null)[]): boolean =>
    names.every((name) => name !== null && passed.get(name.toLowerCase()));
  const allPassed = areAllPassed(ruled.all);
  for (const [index, tls] of ingress.spec.tls.entries()) {
    if (tls === null) continue;
    const field: FieldPath = ["spec", "tls", index];
    if (tls.hosts.length === 0 ? allPassed : areAllPassed(tls.hosts)) continue;
    const read = readSecret(ingress, tls.secretName, [...field, "secretName"], translating);
    if (read !== null && !secrets.has(read.secret)) secrets.set(read.secret, read);
    for (const [position, written] of tls.hosts.entries()) {
      const place: FieldPath = [...field, "hosts", position];
      const host = written === null ? null : readTlsHost(ingress, written, place, translating);
      if (host === null) continue;
      listed.add(host);
      if (!ruled.covers(host)) reportUnruled(ingress, host, place, ruled, translating);
      if (read === null || passed.get(host)) continue;
      if (covers(read.leaf, host)) claims.push(claimOf(host, read, ingress, place));
      else reportUncovered(ingress, read, host, place, translating);
    }
  }
  const isSettled = (host: string): boolean => listed.has(host) || passed.get(host);
  claimRuleHosts(ingress, isSettled, [...secrets.values()], claims, translating);
  return claims;
}

function claimOf(host: string, { secret, pair }: ReadSecret, ingress: Ingress, field: FieldPath): Claim {
  return { host, secret, pair, ingress, field };
}

/** Hosts of rules that no `tls[].hosts` lists get the first certificate of this Ingress that covers them, as in ingress-nginx. */
function claimRuleHosts(
  ingress: Ingress,
  isSettled: (host: string) => boolean,
  secrets: readonly ReadSecret[],
  claims: Claim[],
  translating: Translating,
): void {
  const [first] = secrets;
  if (first === undefined) return;
  const certificates = new CoveringCertificates(secrets);
  const forAll = ingress.spec.tls.some((tls) => tls?.hosts.length === 0);
  for (const [index, rule] of ingress.spec.rules.entries()) {
    if (rule === null) continue;
    const reading = readHost(rule.host);
    if (!("host" in reading) || reading.host === "*" || isSettled(reading.host)) continue;
    const fitting = certificates.find(reading.host);
    if (fitting !== null) claims.push(claimOf(reading.host, fitting, ingress, fitting.field));
    else if (forAll) reportUncovered(ingress, first, reading.host, ["spec", "rules", index, "host"], translating);
  }
}

function readTlsHost(ingress: Ingress, written: string, field: FieldPath, translating: Translating): string | null {
  const reading = readHost(written.toLowerCase());
  if ("host" in reading && reading.host !== "*") return reading.host;
  const problem = "host" in reading ? "an empty name is not a host" : reading.problem;
  const remedy = "Write a host name such as shop.example.com, or remove the item";
  const message = `${describeField(field)}: ${problem}`;
  report(
    ingress,
    field,
    { severity: "warning", code: "TlsHostInvalid", scope: "object", message, remedy },
    translating,
  );
  return null;
}

/** A slip of the pen leaves the host that is meant without its certificate. */
function reportUnruled(
  ingress: Ingress,
  host: string,
  field: FieldPath,
  ruled: RuledHosts,
  translating: Translating,
): void {
  const message = `${describeField(field)}: no rule is for ${host}; rules are for ${ruled.text}`;
  const remedy = "Write the host of a rule, or remove the item";
  report(
    ingress,
    field,
    { severity: "warning", code: "TlsHostWithoutRule", scope: "object", message, remedy },
    translating,
  );
}

function readSecret(
  ingress: Ingress,
  secretName: string | undefined,
  field: FieldPath,
  translating: Translating,
): ReadSecret | null {
  if (secretName === undefined || secretName === "") return null;
  const name = keyIn(ingress.metadata.namespace, secretName);
  const secret = translating.catalogue.secrets.get(name);
  if (secret === undefined) {
    const message = `${describeField(field)} names Secret ${name}, which does not exist; its hosts get the default certificate`;
    const remedy = `Create it: kubectl create secret tls ${secretName} -n ${ingress.metadata.namespace} --cert FILE --key FILE`;
    report(
      ingress,
      field,
      { severity: "warning", code: "SecretNotFound", scope: "reference", message, remedy },
      translating,
    );
    return null;
  }
  const reading = readCertificatePair(secret);
  if ("problem" in reading) {
    const message = `${describeField(field)} names ${namedWithPlace(originOf(secret))}, which ${reading.problem}; its hosts get the default certificate`;
    const remedy = "Put a PEM chain, leaf first, in tls.crt and its key in tls.key of the Secret";
    report(
      ingress,
      field,
      { severity: "error", code: "CertificateBroken", scope: "reference", message, remedy },
      translating,
    );
    return null;
  }
  return { secret: keyOf(secret), pair: reading.pair, leaf: reading.leaf, field };
}

function reportUncovered(
  ingress: Ingress,
  read: ReadSecret,
  host: string,
  field: FieldPath,
  translating: Translating,
): void {
  const names = clipped(read.leaf.subjectAltName ?? read.leaf.subject);
  const message = `the certificate of Secret ${read.secret} does not cover ${host} (it is for ${names}); the host gets the default certificate`;
  const remedy = `Issue a certificate whose subjectAltName contains ${host}`;
  report(
    ingress,
    field,
    { severity: "warning", code: "CertificateDoesNotCoverHost", scope: "reference", message, remedy },
    translating,
  );
}

type Problem = Pick<Diagnostic, "severity" | "code" | "scope" | "message" | "remedy">;

function report(ingress: Ingress, field: FieldPath, problem: Problem, translating: Translating): void {
  translating.problems.add({ ...problem, object: originOf(ingress, field) });
}

/** A certificate may be for a thousand names. */
function clipped(names: string): string {
  return names.length <= 200 ? names : `${names.slice(0, 199)}…`;
}
