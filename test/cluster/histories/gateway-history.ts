import type { Published } from "../../../src/control-plane/control-plane.ts";
import { keyOf } from "../../../src/control-plane/resources/resource-key.ts";
import type { Secret } from "../../../src/control-plane/resources/secret.ts";
import type { Draft, StoredObject } from "../fake/object.ts";
import { ALWAYS, BEGINNING } from "./gateway-drafts.ts";
import { CAST, type GatewayStep } from "./gateway-step.ts";
import { checkAnswers, checkFresh, checkReview, checkSecrets, checkWorker } from "./judged.ts";
import { checkLoads } from "./loads.ts";
import { contentOf, type SecretContent, secretContents } from "./secret-content.ts";
import type { Change } from "./step.ts";
import { lies, untold } from "./told.ts";
import { TroubledCluster } from "./troubled-cluster.ts";
import { Truth } from "./truth.ts";
import { FRONT, WholeGateway } from "./whole-gateway.ts";

const KINDS = Object.keys(CAST);
/** Milliseconds in which nothing more is to be written once all is told; and how often that may take before it is. */
const ROUND = 1_000;
const MOST_ROUNDS = 200;

/**
 * Has a gateway live through a history in a cluster; afterwards all goes well again.
 * @throws what it serves, shows, tells the cluster or answers the webhook is not what one would that has just started, or not what a second
 * opinion says; a set was half, held what never was or was made anew for nothing
 */
export async function gatewayThrough(history: readonly GatewayStep[]): Promise<void> {
  const life = await Life.begin();
  try {
    for (const step of history) await life.take(step);
    await life.settle(false);
  } finally {
    await life.end();
  }
}

class Life {
  readonly #cluster: TroubledCluster;
  readonly #contents: readonly SecretContent[];
  readonly #truth: Truth;
  #gateway: WholeGateway;
  #address = 0;
  /** Of gateways before this one. */
  readonly #past: Published[] = [];
  /** Of which Secrets the certificate was good when all was known last, each as it was. */
  #good = new Map<string, string>();
  /** Which of the gateway's loads that was. */
  #heard = 0;

  private constructor(cluster: TroubledCluster, contents: readonly SecretContent[]) {
    this.#cluster = cluster;
    this.#contents = contents;
    this.#truth = new Truth(cluster, KINDS);
    cluster.fake.put("namespaces", { metadata: { name: "default", labels: { team: "shop" } } });
    cluster.fake.put("namespaces", { metadata: { name: "other", labels: { team: "shop" } } });
    for (const [of, name, written] of BEGINNING) cluster.take({ do: "put", of, name, draft: written });
    this.#move();
    this.#gateway = this.#start();
  }

  static async begin(): Promise<Life> {
    const contents = await secretContents();
    return new Life(
      await TroubledCluster.start(KINDS, (change, version) => draft(change, version, contents)),
      contents,
    );
  }

  async take(step: GatewayStep): Promise<void> {
    const gateway = this.#gateway;
    if (step.do === "settle") await this.settle(true);
    else if (step.do === "restart") {
      this.#checkLoads();
      await gateway.close();
      this.#truth.forget();
      this.#good.clear();
      this.#heard = 0;
      this.#gateway = this.#start();
    } else if (step.do === "succeed") await gateway.succeed();
    else if (step.do === "begin") gateway.begin(step.worker);
    else if (step.do === "deliver") await gateway.workers[step.worker]?.deliver();
    else if (step.do === "lose") gateway.workers[step.worker]?.lose();
    else if (step.do === "move") this.#move();
    else if (step.do === "meddle") this.#meddle(step.name);
    else if (step.do === "review") this.#review(step.name, step.draft);
    else await this.#cluster.live([step]);
  }

  /** From now on all goes well. @param patient whether what is held back for a while still may be */
  async settle(patient: boolean): Promise<void> {
    const cluster = this.#cluster;
    await cluster.calm();
    await this.#passUntilTrue(patient);
    // What changes now is of what was heard before.
    await cluster.live([{ do: "wait", milliseconds: 1_000 }]);
    await this.#passUntilTrue(patient);
    await this.#check();
    await this.#fallSilent();
  }

  async #passUntilTrue(patient: boolean): Promise<void> {
    let wrong: string[] = [];
    try {
      await this.#cluster.passUntil(() => (wrong = this.#wrong(patient)).length === 0);
    } catch (error) {
      throw new Error(`${(error as Error).message}: ${wrong.join("; ")}`, { cause: error });
    }
  }

  /** Somebody who leads anew counts each Event that is there already; then there is nothing more to be written. */
  async #fallSilent(): Promise<void> {
    for (let rounds = 0; rounds < MOST_ROUNDS; rounds += 1) {
      const written = this.#written();
      await this.#cluster.live([{ do: "wait", milliseconds: ROUND }]);
      if (this.#written() === written) return;
    }
    throw new Error("what is said already is written again");
  }

  async end(): Promise<void> {
    await this.#gateway.close();
    await this.#cluster.close();
  }

  #start(): WholeGateway {
    const gateway = new WholeGateway(this.#cluster);
    gateway.begin(0);
    return gateway;
  }

  /** What is not yet as it must be in the end. */
  #wrong(patient: boolean): string[] {
    const { loaded, latest } = this.#gateway;
    const differences = this.#truth.differences(loaded, patient);
    if (differences.length > 0 || loaded === undefined) return differences;
    if (latest === undefined) return ["nothing is published"];
    const kinds = ["ingresses", "ingressClasses", "services", "endpointSlices", "configMaps"] as const;
    const stale = kinds.filter(
      (kind) => JSON.stringify(latest.resources[kind]) !== JSON.stringify(loaded.resources[kind]),
    );
    if (stale.length > 0) return stale.map((kind) => `what is published is not of the ${kind} that are there`);
    return untold(this.#cluster.fake, latest, this.#where);
  }

  async #check(): Promise<void> {
    const gateway = this.#gateway;
    const { fake, ever } = this.#cluster;
    const { loaded, latest } = gateway;
    if (loaded === undefined || latest === undefined) throw new Error("there is nothing to be checked");
    checkFresh(latest, loaded);
    checkSecrets(latest, loaded, this.#contents, this.#mustBeGood(loaded.resources.secrets, gateway));
    checkAnswers(latest, this.#contents);
    for (const worker of gateway.workers) {
      await worker?.deliver();
      if (worker !== undefined) await checkWorker(worker, latest);
    }
    for (const object of fake.collection("ingresses").list()) this.#reviewOf(object, null, latest);
    const [lie] = lies(fake, [...this.#past, ...gateway.published]);
    if (lie !== undefined) throw new Error(lie);
    if (gateway.errors.length > 0) throw new Error(gateway.errors.join("; "));
    checkLoads(gateway.loads, ever);
    this.#truth.settled(loaded);
    const good = latest.resources.secrets.filter(({ data }) => contentOf(this.#contents, data).names !== null);
    this.#good = new Map(good.map((one) => [keyOf(one), `${one.metadata.uid} ${one.type}`]));
    this.#heard = gateway.loads.length - 1;
  }

  /** Secrets that broke while they were followed, after they had been good. */
  #mustBeGood(secrets: readonly Secret[], { loads }: WholeGateway): Set<string> {
    const same = (one: Secret): string => `${one.metadata.uid} ${one.type}`;
    const broken = secrets.filter((one) => {
      const key = keyOf(one);
      const isBroken = contentOf(this.#contents, one.data).names === null && claimsPair(one);
      const versions = loads
        .slice(this.#heard)
        .map(({ loaded }) => loaded.resources.secrets.find((other) => keyOf(other) === key));
      return isBroken && versions.every((other) => other !== undefined && same(other) === this.#good.get(key));
    });
    return new Set(broken.map(keyOf));
  }

  #review(name: string, asked: Draft): void {
    const { latest } = this.#gateway;
    const [of = "", namespace = "default"] = name.split("/").toReversed();
    const { fake } = this.#cluster;
    const stored = fake.collection("ingresses").has(namespace, of)
      ? fake.collection("ingresses").get(namespace, of)
      : null;
    const metadata = { ...(stored?.metadata ?? { name: of, namespace }), ...asked.metadata };
    const object = { apiVersion: "networking.k8s.io/v1", kind: "Ingress", ...asked, metadata };
    if (latest !== undefined) this.#reviewOf(object, stored, latest);
    else this.#gateway.review(object, stored);
  }

  #reviewOf(object: object, before: StoredObject | null, latest: Published): void {
    const answer = this.#gateway.review(object, before);
    const { namespace = "" } = (object as { readonly metadata: { readonly namespace?: string } }).metadata;
    if (this.#gateway.looksAt(namespace)) checkReview(answer, object, before, latest);
    else if (!(answer as { readonly allowed: boolean }).allowed)
      throw new Error("an Ingress is refused that is not looked at");
  }

  #checkLoads(): void {
    checkLoads(this.#gateway.loads, this.#cluster.ever);
    this.#past.push(...this.#gateway.published);
  }

  /** How many statuses and Events were written until now. */
  #written(): number {
    const { seen } = this.#cluster.fake;
    return seen.filter(({ resource, verb }) => isTold(resource) && (verb === "create" || verb === "patch")).length;
  }

  get #where(): string {
    return `203.0.113.${this.#address}`;
  }

  #move(): void {
    const { fake } = this.#cluster;
    const { name, namespace } = FRONT;
    this.#address += 1;
    fake.put("services", { metadata: { name, namespace }, spec: { type: "LoadBalancer", ports: [{ port: 80 }] } });
    const status = { loadBalancer: { ingress: [{ ip: this.#where }] } };
    const stored = fake.collection("services").update(namespace, name, { metadata: { name }, status }, "status");
    this.#cluster.ever.push(stored);
  }

  #meddle(name: string): void {
    const [of = "", namespace = "default"] = name.split("/").toReversed();
    const ingresses = this.#cluster.fake.collection("ingresses");
    if (!ingresses.has(namespace, of)) return;
    const status = { loadBalancer: { ingress: [{ ip: "192.0.2.66" }] } };
    ingresses.update(namespace, of, { metadata: { name: of }, status }, "status");
  }
}

function isTold(resource: string): boolean {
  return resource === "ingresses" || resource === "events";
}

/** Others are authorities, passwords, whatever: nothing is missing in them. */
function claimsPair({ type, data }: Secret): boolean {
  return type === "kubernetes.io/tls" || (data["tls.crt"] !== undefined && data["tls.key"] !== undefined);
}

function draft(
  change: Pick<Change, "of" | "draft">,
  version: number | null,
  contents: readonly SecretContent[],
): Draft {
  if (version === null) return { spec: 7, data: 7, endpoints: 7, type: "kubernetes.io/tls" };
  const { holds, metadata, ...said } = change.draft ?? ALWAYS[change.of] ?? {};
  // No version is like another: what reads the same is the same.
  const labelled = { ...metadata, labels: { ...(metadata?.["labels"] as object | undefined), v: String(version) } };
  const content = contents[holds as number];
  if (content === undefined) return { ...said, metadata: labelled };
  const data = Object.entries(content.data).map(([key, text]) => [key, btoa(text)]);
  return { metadata: labelled, type: content.type, data: Object.fromEntries(data) as Record<string, string> };
}
