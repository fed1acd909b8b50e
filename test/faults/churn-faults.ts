// F51 to F53 and F55: a cluster in which much changes, and much is; certificates that come and go; endpoints that leave while they serve.
import { X509Certificate } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { connect as connectTls } from "node:tls";
import { setTimeout as delay } from "node:timers/promises";
import type { FakeApiServer } from "../cluster/fake/fake-api-server.ts";
import { type FaultAlone, finding, type Finding, HOST, percentile } from "./bed.ts";
import {
  type ClusterBed,
  inCluster,
  makePair,
  putIngress,
  putPair,
  putService,
  putSlices,
  served,
} from "./cluster-bed.ts";
import { Endpoint } from "./endpoint.ts";

const WORKERS = { flags: ["--workers", "2"] };
const ROLLOUTS = 50;
/** Changes a second, for so many seconds. */
const CHURN = { routes: 100, endpoints: 1_000, seconds: 10 };
const MANY = { ingresses: 10_000, endpoints: 50_000, certificates: 5_000 };

export const churnFaults: readonly FaultAlone[] = [
  {
    name: "F51",
    title: `${CHURN.routes} routes and ${CHURN.endpoints} endpoints change a second, for ${CHURN.seconds} s`,
    alone: () => inCluster(churn, { ...WORKERS, prepare: churning }),
  },
  {
    name: "F52",
    title: `${MANY.ingresses} Ingresses, ${MANY.endpoints} endpoints, ${MANY.certificates} certificates`,
    alone: many,
  },
  {
    name: "F53",
    title: "a certificate is replaced, by a good one, a broken one, one that has expired; its Secret is deleted",
    alone: () => inCluster(certificates, WORKERS),
  },
  {
    name: "F55",
    title: `endpoints leave while they serve, ${ROLLOUTS} times`,
    alone: () => inCluster(rollouts, WORKERS),
  },
];

const ROUTES = 50;
const SLICES = 100;

function churning(fake: FakeApiServer): void {
  for (let index = 0; index < ROUTES; index += 1) putIngress(fake, `route-${index}`, `route-${index}.${HOST}`, "app");
  for (let index = 0; index < SLICES; index += 1) {
    putService(fake, `churn-${index}`);
    putIngress(fake, `churn-${index}`, `churn-${index}.${HOST}`, `churn-${index}`);
    putSlices(fake, `churn-${index}`, [{ port: 1_000 + index }]);
  }
  putService(fake, "probe");
  putIngress(fake, "probe", `probe.${HOST}`, "probe");
}

async function churn(bed: ClusterBed): Promise<Finding[]> {
  const { fake, program, endpoints } = bed;
  const load = bed.load();
  const times: number[] = [];
  let changes = 0;
  const tick = 100;
  for (let turn = 0; turn < (CHURN.seconds * 1_000) / tick; turn += 1) {
    const began = performance.now();
    for (let index = 0; index < (CHURN.routes * tick) / 1_000; index += 1, changes += 1)
      putIngress(fake, `route-${changes % ROUTES}`, `route-${changes % ROUTES}.${HOST}`, "app", {
        path: `/v${changes}`,
      });
    for (let index = 0; index < (CHURN.endpoints * tick) / 1_000; index += 1)
      putSlices(fake, `churn-${index % SLICES}`, [{ port: 1_000 + ((turn * SLICES + index) % 60_000) }]);
    if (turn % 20 === 10) {
      const endpoint = endpoints[(turn / 10) % endpoints.length] as Endpoint;
      times.push(await untilServedBy(program.http, endpoint, fake));
    }
    await delay(Math.max(0, tick - (performance.now() - began)));
  }
  const result = await load.stop();
  const last = changes - 1;
  const wanted = `route-${last % ROUTES}.${HOST}`;
  const end = performance.now() + 10_000;
  while ((await status(program.http, wanted, `/v${last}`)) !== 200 && performance.now() < end) await delay(20);
  return [
    served("requests", result, program),
    {
      what: "from an endpoint's change to a request served by it",
      figure: `median ${percentile(times, 0.5).toFixed(0)} ms, most ${Math.max(...times).toFixed(0)} ms`,
      holds: Math.max(...times) < 5_000,
    },
    {
      what: "the last route is served",
      figure: String(await status(program.http, wanted, `/v${last}`)),
      holds: (await status(program.http, wanted, `/v${last}`)) === 200,
    },
  ];
}

/** Milliseconds until the Service of the probe is served by this endpoint, from when the cluster says so. */
async function untilServedBy(port: number, endpoint: Endpoint, fake: FakeApiServer): Promise<number> {
  const id = `probe-${Math.random()}`;
  const began = performance.now();
  putSlices(fake, "probe", [endpoint]);
  while (!endpoint.deliveries.has(id) && performance.now() - began < 20_000) {
    await status(port, `probe.${HOST}`, `/${id}`);
    await delay(5);
  }
  return performance.now() - began;
}

async function many(): Promise<Finding[]> {
  const host = (index: number): string => `host-${index}.scale.example`;
  const pair = await makePair("*.scale.example");
  const began = performance.now();
  return inCluster(
    async ({ program }) => {
      const ready = performance.now() - began;
      const { memory } = program.use();
      const asked = Array.from({ length: 20 }, (_, index) => host((index * MANY.ingresses) / 20));
      const statuses = await Promise.all(asked.map((name) => status(program.http, name, "/")));
      const shown = await Promise.all(asked.slice(0, 10).map((name) => fingerprint(program.https, name)));
      const { fingerprint256 } = new X509Certificate(pair.chain);
      return [
        {
          what: "from nothing to the first requests, those who made it all included",
          figure: `${(ready / 1_000).toFixed(1)} s`,
          holds: ready < 180_000,
        },
        { what: "memory of primary and two workers", figure: `${(memory / 1e6).toFixed(0)} MB`, holds: memory < 3e9 },
        finding("hosts not served", statuses.filter((one) => one !== 502).length, 0),
        finding("hosts without their certificate", shown.filter((one) => one !== fingerprint256).length, 0),
      ];
    },
    {
      ...WORKERS,
      prepare: (fake) => {
        for (let index = 0; index < MANY.certificates; index += 1) putPair(fake, `tls-${index}`, pair);
        for (let index = 0; index < MANY.ingresses; index += 1) putScaled(fake, index, host(index));
      },
    },
  );
}

/** An Ingress with a Service whose endpoints refuse: they are not what is looked at. */
function putScaled(fake: FakeApiServer, index: number, host: string): void {
  const name = `scale-${index}`;
  putService(fake, name);
  const backend = { service: { name, port: { number: 80 } } };
  const secretName = `tls-${index % MANY.certificates}`;
  const annotations = { "nginx.ingress.kubernetes.io/ssl-redirect": "false" };
  fake.put("ingresses", {
    metadata: { name, annotations },
    spec: {
      ingressClassName: "ts-ingress",
      tls: [{ hosts: [host], secretName }],
      rules: [{ host, http: { paths: [{ path: "/", pathType: "Prefix", backend }] } }],
    },
  });
  const addresses = Array.from(
    { length: MANY.endpoints / MANY.ingresses },
    (_, at) => `127.1.${index >> 8}.${(index + at) & 255 || 1}`,
  );
  fake.put("endpointslices", {
    metadata: { name: `${name}.1`, labels: { "kubernetes.io/service-name": name } },
    addressType: "IPv4",
    ports: [{ port: 1, protocol: "TCP" }],
    endpoints: addresses.map((address) => ({ addresses: [address], conditions: { ready: true } })),
  });
}

async function certificates({ fake, program, pair }: ClusterBed): Promise<Finding[]> {
  const clients = new Handshakes(program.https);
  const findings: Finding[] = [];
  const print = ({ chain }: { chain: string }): string => new X509Certificate(chain).fingerprint256;
  const shows = async (what: string, expected: string): Promise<void> => {
    const end = performance.now() + 10_000;
    while (clients.last !== expected && performance.now() < end) await delay(20);
    await delay(500);
    findings.push({
      what,
      figure: clients.last === expected ? "shown" : clients.last,
      holds: clients.last === expected,
    });
  };
  let good = pair;
  for (let round = 0; round < 5; round += 1) {
    good = await makePair(HOST);
    putPair(fake, "tls", good);
    await shows(`new pair ${round + 1}`, print(good));
  }
  putPair(fake, "tls", { chain: good.chain, privateKey: pair.privateKey });
  await shows("key of another: the last good one", print(good));
  putPair(fake, "tls", { chain: "not a certificate", privateKey: "not a key" });
  await shows("garbage: the last good one", print(good));
  const expired = await makePair(HOST, -1);
  putPair(fake, "tls", expired);
  await shows("one that has expired, as its owner wants it", print(expired));
  putPair(fake, "tls", good);
  await shows("a good one again", print(good));
  fake.remove("secrets", "tls");
  await shows("deleted: the last one", print(good));
  const { done, failed } = await clients.stop();
  findings.push({
    what: "handshakes",
    figure: `${done} done, ${failed.length} failed ${[...new Set(failed)].join(", ")}`,
    holds: failed.length === 0 && done > 100,
  });
  return findings;
}

/** Clients that do one handshake after the other. */
class Handshakes {
  /** Fingerprint of the certificate that was shown last. */
  last = "";
  #stopped = false;
  #done = 0;
  readonly #failed: string[] = [];
  readonly #work: Promise<unknown>;

  constructor(port: number) {
    this.#work = Promise.all(Array.from({ length: 4 }, () => this.#run(port)));
  }

  async stop(): Promise<{ done: number; failed: readonly string[] }> {
    this.#stopped = true;
    await this.#work;
    return { done: this.#done, failed: this.#failed };
  }

  async #run(port: number): Promise<void> {
    while (!this.#stopped) {
      try {
        this.last = await fingerprint(port, HOST);
        this.#done += 1;
      } catch (error) {
        this.#failed.push((error as NodeJS.ErrnoException).code ?? String(error));
      }
      await delay(5);
    }
  }
}

async function rollouts(bed: ClusterBed): Promise<Finding[]> {
  const { fake, program, endpoints } = bed;
  const load = bed.load();
  let serving = [...endpoints];
  for (let round = 0; round < ROLLOUTS; round += 1) {
    const fresh = await Endpoint.start();
    const [old, ...stay] = serving as [Endpoint, ...Endpoint[]];
    serving = [...stay, fresh];
    putSlices(fake, "app", serving, [old]);
    // A kubelet sends SIGTERM at the same time; well-made pods serve on for a moment.
    await delay(300);
    await old.leave();
    putSlices(fake, "app", serving);
  }
  const result = await load.stop();
  for (const endpoint of serving) await endpoint.close();
  const after = await status(program.http, HOST, "/x");
  return [
    served("requests", result, program),
    { what: "when all pods have gone", figure: String(after), holds: after === 502 || after === 503 },
  ];
}

function status(port: number, host: string, path: string): Promise<number> {
  return new Promise((resolve) => {
    const asked = request({ host: "127.0.0.1", port, path, agent: false, headers: { host } }, (response) => {
      response.resume();
      response.on("close", () => resolve(response.statusCode ?? 0));
    });
    asked.on("error", () => resolve(0));
    asked.end();
  });
}

/** A handshake of its own, never resumed. */
async function fingerprint(port: number, servername: string): Promise<string> {
  const socket = connectTls({ port, host: "127.0.0.1", servername, rejectUnauthorized: false });
  try {
    await once(socket, "secureConnect");
    return socket.getPeerX509Certificate()?.fingerprint256 ?? "";
  } finally {
    socket.destroy();
  }
}
