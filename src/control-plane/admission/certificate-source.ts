import { readFile } from "node:fs/promises";
import type { ApiServer } from "../kubernetes/api-server.ts";
import { keptIdentity, type SecretPlace } from "./kept-identity.ts";
import { trustAuthority } from "./webhook-configuration.ts";
import type { CertificatePair } from "../../snapshot/pair.ts";

/** Where the webhook's certificate comes from. */
export interface CertificateSource {
  /** Milliseconds after which it is looked at again. */
  readonly interval: number;
  /** @throws an error that says what is missing */
  get(): Promise<CertificatePair>;
}

/** From two files in PEM, as a mounted Secret has them (`--validating-webhook-certificate`, `--validating-webhook-key`). */
export function certificateFromFiles(chain: string, privateKey: string): CertificateSource {
  return {
    interval: 60_000,
    get: async () => ({ chain: await readFile(chain, "utf8"), privateKey: await readFile(privateKey, "utf8") }),
  };
}

/** Made by ourselves, kept in a Secret for all our pods, and believed by the API server since we write it into our configuration. */
export function certificateOfOurOwn(
  api: ApiServer,
  { secret, service, configuration }: { secret: SecretPlace; service: SecretPlace; configuration: string },
): CertificateSource {
  return {
    interval: 3_600_000,
    async get() {
      const identity = await keptIdentity(api, secret, `${service.name}.${service.namespace}.svc`);
      if (!(await trustAuthority(api, configuration, service, identity.authority))) {
        const { namespace, name } = service;
        throw new Error(
          `ValidatingWebhookConfiguration ${configuration} has no webhook of Service ${namespace}/${name}`,
        );
      }
      return identity;
    },
  };
}
