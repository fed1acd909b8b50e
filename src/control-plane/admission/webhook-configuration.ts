import type { ApiObject } from "../kubernetes/api-object.ts";
import type { ApiServer } from "../kubernetes/api-server.ts";
import { untilNoConflict } from "../kubernetes/write-again.ts";
import type { SecretPlace } from "./kept-identity.ts";

interface Webhook {
  readonly clientConfig?: {
    readonly service?: { readonly namespace?: string; readonly name?: string };
    readonly caBundle?: string;
  };
}

/**
 * Writes into a ValidatingWebhookConfiguration which authority the API server is to believe of our Service. Webhooks of other Services in it
 * stay as they are. @returns whether there is one of our Service
 */
export function trustAuthority(
  api: ApiServer,
  configuration: string,
  service: SecretPlace,
  authority: string,
): Promise<boolean> {
  const path = `/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/${configuration}`;
  const caBundle = Buffer.from(authority, "utf8").toString("base64");
  return untilNoConflict(async () => {
    const found = await api.request<ApiObject>("GET", path);
    const webhooks = (found["webhooks"] ?? []) as readonly Webhook[];
    const ours = webhooks.filter((one) => isOf(one, service));
    if (ours.every(({ clientConfig }) => clientConfig?.caBundle === caBundle)) return ours.length > 0;
    const changed = webhooks.map((one) =>
      isOf(one, service) ? { ...one, clientConfig: { ...one.clientConfig, caBundle } } : one,
    );
    await api.request("PUT", path, { body: { ...found, webhooks: changed } });
    return true;
  });
}

function isOf({ clientConfig }: Webhook, { namespace, name }: SecretPlace): boolean {
  return clientConfig?.service?.namespace === namespace && clientConfig.service.name === name;
}
