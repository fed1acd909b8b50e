// F54: somebody who may write objects writes the worst, over and over, beside others who are served.
import { setTimeout as delay } from "node:timers/promises";
import type { FakeApiServer } from "../cluster/fake/fake-api-server.ts";
import type { Draft } from "../cluster/fake/object.ts";
import { type FaultAlone, type Finding, HOST } from "./bed.ts";
import { type ClusterBed, inCluster, served } from "./cluster-bed.ts";

const NGINX = "nginx.ingress.kubernetes.io/";
const SECONDS = 12;

export const hostileFaults: readonly FaultAlone[] = [
  {
    name: "F54",
    title: `objects made to harm, each changed again and again for ${SECONDS} s`,
    // What V8 may keep: a third more than it needs at 84 MB, so that what is kept for ever would be noticed.
    alone: () => inCluster(underAttack, { flags: ["--workers", "2"], node: ["--max-old-space-size=112"] }),
  },
];

async function underAttack(bed: ClusterBed): Promise<Finding[]> {
  const { fake, program } = bed;
  const before = await revisionOf(bed);
  const load = bed.load();
  const end = performance.now() + SECONDS * 1_000;
  for (let turn = 0; performance.now() < end; turn += 1) {
    attack(fake, turn);
    await delay(500);
  }
  const applying = await program.metric("ts_ingress_snapshot_apply_duration_seconds_sum");
  const applied = await program.metric("ts_ingress_snapshot_apply_duration_seconds_count");
  const result = await load.stop();
  const after = await revisionOf(bed);
  const alive = await program.probe("/livez", 5_000);
  for (const name of NAMES) fake.remove("ingresses", name, "mallory");
  return [
    served("requests of others", result, program),
    { what: "what others get", figure: after, holds: after === before },
    { what: "liveness", figure: String(alive), holds: alive === 200 },
    {
      what: "milliseconds of a worker's loop for a snapshot",
      figure: `${((1_000 * applying) / applied).toFixed(1)}, ${applied} times`,
      holds: applied > 0 && applying / applied < 0.05,
    },
  ];
}

/** The revision of the host that is served. */
async function revisionOf({ program }: ClusterBed): Promise<string> {
  const { revisions } = await program.asked<{ revisions: { virtualHosts: Record<string, string> } }>("/snapshot");
  return revisions.virtualHosts[HOST] ?? "";
}

const NAMES = ["annotations", "rules", "pattern", "names", "secrets", "text"];

function attack(fake: FakeApiServer, turn: number): void {
  const namespace = "mallory";
  const write = (name: string, annotations: Record<string, string>, spec: object): void =>
    void fake.put("ingresses", {
      metadata: { name, namespace, annotations },
      spec: { ingressClassName: "ts-ingress", ...spec },
    });
  const rule = (host: string, paths: readonly string[] = ["/"], service = "none"): object => {
    const backend = { service: { name: service, port: { number: 80 } } };
    return { host, http: { paths: paths.map((path) => ({ path, pathType: "Prefix", backend })) } };
  };
  const many = <Item>(count: number, make: (index: number) => Item): Item[] =>
    Array.from({ length: count }, (_, index) => make(index));
  const [annotations = "", rules = "", pattern = "", names = "", secrets = "", text = ""] = NAMES;
  write(annotations, Object.fromEntries(many(3_000, (index) => [`${NGINX}proxy-bodyy-sizee-${index}`, String(turn)])), {
    rules: [rule("a.mallory.example")],
  });
  write(
    rules,
    {},
    {
      rules: [
        rule(
          "b.mallory.example",
          many(3_000, (index) => `/${turn}/${index}`),
        ),
        rule(HOST),
      ],
    },
  );
  write(
    pattern,
    {
      [`${NGINX}auth-tls-secret`]: "mallory/bomb",
      [`${NGINX}auth-tls-match-cn`]: `CN=${"([a-z]+)*".repeat(5_000)}${turn}`,
    },
    { rules: [rule("c.mallory.example")] },
  );
  write(names, JSON.parse(`{"__proto__":"${turn}","${NGINX}constructor":"x"}`) as Record<string, string>, {
    rules: [rule("constructor", ["/__proto__"], "constructor")],
  });
  write(
    secrets,
    {},
    {
      rules: [rule("d.mallory.example")],
      tls: many(600, (index) => ({ hosts: [`d${index}.mallory.example`], secretName: `none-${turn % 2}-${index}` })),
    },
  );
  write(
    text,
    { [`${NGINX}proxy-read-timeout`]: `${turn}\n\u001b[2J\u0000`.repeat(5_000) },
    { rules: [rule("a\nb"), rule("e.mallory.example", ["/%00", "/.."])] },
  );
  const bomb = Buffer.from(`${turn}${"-----BEGIN CERTIFICATE-----\n".repeat(30_000)}`).toString("base64");
  const draft: Draft = {
    metadata: { name: "bomb", namespace },
    type: "kubernetes.io/tls",
    data: { "tls.crt": bomb, "tls.key": bomb, "ca.crt": bomb },
  };
  fake.put("secrets", draft);
}
