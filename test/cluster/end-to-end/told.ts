// What the gateways of a scenario tell their cluster.
import { NAMESPACE } from "./rights.ts";
import type { Stage } from "./stage.ts";

interface Lease {
  readonly spec: { readonly holderIdentity?: string; readonly renewTime?: string; readonly leaseTransitions?: number };
}

export async function lease({ kubectl }: Stage): Promise<Lease["spec"]> {
  const leases = await kubectl.get<{ items: readonly Lease[] }>("leases", "--namespace", NAMESPACE);
  return leases.items[0]?.spec ?? {};
}

export function addressOf({ kubectl }: Stage, name: string): Promise<string> {
  return kubectl.run("get", "ingress", name, "--output", "jsonpath={.status.loadBalancer.ingress[*].ip}");
}

export function reporters({ kubectl }: Stage, name: string): Promise<string> {
  const about = ["--field-selector", `involvedObject.name=${name},type=Warning`];
  return kubectl.run("get", "events", ...about, "--output", "jsonpath={.items[*].reportingInstance}");
}
