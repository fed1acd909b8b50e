import type { ApiObject } from "../kubernetes/api-object.ts";
import type { ApiServer } from "../kubernetes/api-server.ts";
import { orNull, untilNoConflict } from "../kubernetes/write-again.ts";
import { isUsable, makeWebhookIdentity, type WebhookIdentity } from "./webhook-certificate.ts";

/** A Secret, by namespace and name. */
export interface SecretPlace {
  readonly namespace: string;
  readonly name: string;
}

/**
 * The certificate that all pods of ours share, kept in a Secret: read, or made and stored where there is none, or none that lasts.
 * @param host the name that API servers ask for
 */
export function keptIdentity(api: ApiServer, place: SecretPlace, host: string): Promise<WebhookIdentity> {
  const collection = `/api/v1/namespaces/${place.namespace}/secrets`;
  // Where another was faster, its certificate is as good.
  return untilNoConflict(async () => {
    const stored = await orNull(api.request<ApiObject>("GET", `${collection}/${place.name}`));
    const known = stored === null ? null : identityOf(stored);
    if (known !== null && isUsable(known, host, Date.now())) return known;
    const made = await makeWebhookIdentity(host);
    const body = secretWith(made, place, stored);
    if (stored === null) await api.request("POST", collection, { body });
    else await api.request("PUT", `${collection}/${place.name}`, { body });
    return made;
  });
}

function identityOf(secret: ApiObject): WebhookIdentity {
  const data = (secret["data"] ?? {}) as Record<string, unknown>;
  const text = (key: string): string => {
    const value = data[key];
    return typeof value === "string" ? Buffer.from(value, "base64").toString("utf8") : "";
  };
  return { chain: text("tls.crt"), privateKey: text("tls.key"), authority: text("ca.crt") };
}

function secretWith(identity: WebhookIdentity, { namespace, name }: SecretPlace, before: ApiObject | null): object {
  const base64 = (text: string): string => Buffer.from(text, "utf8").toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: before?.metadata ?? { namespace, name },
    type: "kubernetes.io/tls",
    data: {
      "tls.crt": base64(identity.chain),
      "tls.key": base64(identity.privateKey),
      "ca.crt": base64(identity.authority),
    },
  };
}
