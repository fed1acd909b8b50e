import type { Certificate } from "../../snapshot/certificate.ts";
import { Remembered } from "../remembered.ts";
import { namedBy } from "../resources/resource-key.ts";
import { readCertificatePair } from "./certificate-pair.ts";
import type { KeptParts } from "./kept-parts.ts";
import { originOf } from "./place.ts";
import type { Translating } from "./translating.ts";

const NONE: ReadonlyMap<string, Certificate> = new Map();

/** The certificate for server names that have none (`--default-ssl-certificate`). The same where nothing changed. */
export class DefaultCertificate {
  readonly #kept = new Remembered<Certificate>();

  /** @param certificates those that Ingresses name: one of them may be the default too. @returns it by its name, to be laid over these */
  over(
    certificates: Pick<KeptParts<Certificate>, "get">,
    { options, catalogue, problems }: Translating,
  ): ReadonlyMap<string, Certificate> {
    const { defaultCertificate: key } = options;
    if (key === undefined) return NONE;
    const report = (code: string, problem: string, remedy: string): ReadonlyMap<string, Certificate> => {
      problems.add({
        severity: "error",
        code,
        scope: "reference",
        object: secret === undefined ? { kind: "Secret", ...namedBy(key) } : originOf(secret),
        message: `--default-ssl-certificate names Secret ${key}, which ${problem}: the certificate that we make ourselves is shown, which no client trusts`,
        remedy,
      });
      return NONE;
    };
    const secret = catalogue.secrets.get(key);
    if (secret === undefined) {
      const { namespace, name } = namedBy(key);
      const remedy = `Create it: kubectl create secret tls ${name} -n ${namespace} --cert FILE --key FILE`;
      return report("DefaultCertificateNotFound", "does not exist", remedy);
    }
    const reading = readCertificatePair(secret);
    if ("problem" in reading) {
      const remedy = "Put a PEM chain, leaf first, in tls.crt and its key in tls.key of the Secret, of whatever type";
      return report("DefaultCertificateBroken", reading.problem, remedy);
    }
    const named = certificates.get(key);
    const chosen = this.#kept.of([secret, named], () => ({
      ...(named ?? { name: key, origin: originOf(secret), serverNames: [], ...reading.pair }),
      isDefault: true,
    }));
    return new Map([[key, chosen]]);
  }
}
