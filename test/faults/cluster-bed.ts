import { setTimeout as delay } from "node:timers/promises";
import selfsigned from "selfsigned";
import type { CertificatePair } from "../../src/snapshot/pair.ts";
import { FakeApiServer } from "../cluster/fake/fake-api-server.ts";
import { describe, type Finding, HOST } from "./bed.ts";
import { Endpoint } from "./endpoint.ts";
import { Program, type ProgramOptions, type Use } from "./program.ts";
import { type LoadResult, REFUSED, SteadyLoad } from "./steady-load.ts";

export interface ClusterBedOptions extends ProgramOptions {
  /** Flags of the controller besides. */
  readonly flags?: readonly string[];
  /** Puts more into the cluster before the controller starts. */
  readonly prepare?: (fake: FakeApiServer) => void;
}

/** A controller as a process of its own, between a fake API server and three endpoints. */
export class ClusterBed {
  readonly fake: FakeApiServer;
  readonly program: Program;
  readonly endpoints: readonly Endpoint[];
  readonly pair: CertificatePair;
  #before: Use | null = null;

  static async open({ flags = [], prepare, ...options }: ClusterBedOptions = {}): Promise<ClusterBed> {
    const endpoints = [await Endpoint.start(), await Endpoint.start(), await Endpoint.start()];
    const fake = await new FakeApiServer().start();
    const pair = await makePair(HOST);
    putPair(fake, "tls", pair);
    putService(fake, "app");
    putSlices(fake, "app", endpoints);
    putIngress(fake, "app", HOST, "app");
    prepare?.(fake);
    const program = await Program.start(controllerOf(fake, flags), options);
    const bed = new ClusterBed(fake, program, endpoints, pair);
    await bed.load().during(1_500);
    await delay(1_000);
    bed.#before = program.use();
    return bed;
  }

  constructor(fake: FakeApiServer, program: Program, endpoints: readonly Endpoint[], pair: CertificatePair) {
    this.fake = fake;
    this.program = program;
    this.endpoints = endpoints;
    this.pair = pair;
  }

  load(methods?: readonly ("GET" | "POST")[]): SteadyLoad {
    return new SteadyLoad(this.program, HOST, methods);
  }

  quiescence(): Promise<Finding[]> {
    return this.program.quiescence(this.#before as Use);
  }

  async close(): Promise<void> {
    await this.program.kill();
    await this.fake.stop();
    for (const endpoint of this.endpoints) await endpoint.close().catch(() => {});
  }
}

/** The command of a controller of this cluster. */
export function controllerOf(fake: FakeApiServer, flags: readonly string[]): string[] {
  const own = ["--bind", "127.0.0.1", "--update-status=false", "--shutdown-grace-period", "0"];
  return ["controller", "--apiserver-host", fake.url, ...own, ...flags];
}

/** Runs something with a cluster bed, ends with its quiescence, and ends it. */
export async function inCluster(
  run: (bed: ClusterBed) => Promise<Finding[]>,
  options: ClusterBedOptions = {},
): Promise<Finding[]> {
  const bed = await ClusterBed.open(options);
  try {
    const findings = [...(await run(bed)), ...(await bed.quiescence())];
    if (findings.some(({ holds }) => !holds)) console.error(bed.program.said.split("\n").slice(-12).join("\n"));
    return findings;
  } finally {
    await bed.close();
  }
}

/**
 * That every request was answered as it should be. Where the machine itself is too busy, a gateway says so and sheds some: that is no fault
 * of what is tried.
 */
export function served(what: string, result: LoadResult, ...programs: readonly Program[]): Finding {
  const late = programs.some(({ said }) => /refused with 503: the event loop is/.test(said));
  const shed = late ? (result.wrong.get("503") ?? 0) : 0;
  // After GOAWAY node:http2 refuses what was on its way, unprocessed: its client may send it again.
  const right = result.right + (result.wrong.get(REFUSED) ?? 0) + shed;
  return {
    what,
    figure: `${describe(result)}${shed > 0 ? ", shed since this machine is too busy" : ""}`,
    holds: right === result.requests,
  };
}

/** A pair for a name. @param days that it is valid, from now on; negative: it has expired */
export async function makePair(name: string, days = 30): Promise<CertificatePair> {
  const day = 86_400_000;
  const made = await selfsigned.generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    notBeforeDate: new Date(Date.now() - 60 * day),
    notAfterDate: new Date(Date.now() + days * day),
    extensions: [{ name: "subjectAltName", altNames: [{ type: 2, value: name }] }],
  });
  return { chain: made.cert, privateKey: made.private };
}

export function putPair(fake: FakeApiServer, name: string, { chain, privateKey }: CertificatePair): void {
  const coded = (text: string): string => Buffer.from(text).toString("base64");
  const data = { "tls.crt": coded(chain), "tls.key": coded(privateKey) };
  fake.put("secrets", { metadata: { name }, type: "kubernetes.io/tls", data });
}

/** One of one host over TLS, and over HTTP without being sent there. */
export function putIngress(
  fake: FakeApiServer,
  name: string,
  host: string,
  service: string,
  more: { path?: string; annotations?: Record<string, string> } = {},
): void {
  const backend = { service: { name: service, port: { number: 80 } } };
  fake.put("ingresses", {
    metadata: { name, annotations: { "nginx.ingress.kubernetes.io/ssl-redirect": "false", ...more.annotations } },
    spec: {
      ingressClassName: "ts-ingress",
      tls: [{ hosts: [host], secretName: "tls" }],
      rules: [{ host, http: { paths: [{ path: more.path ?? "/", pathType: "Prefix", backend }] } }],
    },
  });
}

export function putService(fake: FakeApiServer, name: string): void {
  fake.put("services", { metadata: { name }, spec: { ports: [{ port: 80, protocol: "TCP" }] } });
}

/** A slice for each of these, since each has a port of its own. Those that are leaving are said to be terminating. */
export function putSlices(
  fake: FakeApiServer,
  service: string,
  ready: readonly { port: number }[],
  leaving: readonly { port: number }[] = [],
): void {
  const wanted = new Map([
    ...ready.map(({ port }) => [port, true] as const),
    ...leaving.map(({ port }) => [port, false] as const),
  ]);
  for (const { metadata } of fake.collection("endpointslices").list("default")) {
    const [of, port = ""] = metadata.name.split(".");
    if (of === service && !wanted.has(Number(port))) fake.remove("endpointslices", metadata.name);
  }
  for (const [port, isReady] of wanted) {
    fake.put("endpointslices", {
      metadata: { name: `${service}.${port}`, labels: { "kubernetes.io/service-name": service } },
      addressType: "IPv4",
      ports: [{ port, protocol: "TCP" }],
      endpoints: [{ addresses: ["127.0.0.1"], conditions: { ready: isReady, serving: true, terminating: !isReady } }],
    });
  }
}
