import { writeFile } from "node:fs/promises";
import { request } from "node:https";
import { json } from "node:stream/consumers";
import path from "node:path";
import { connect, type PeerCertificate } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import type { Known } from "../../../src/control-plane/admission/admission.ts";
import {
  certificateFromFiles,
  certificateOfOurOwn,
  type CertificateSource,
} from "../../../src/control-plane/admission/certificate-source.ts";
import { ValidatingWebhook } from "../../../src/control-plane/admission/validating-webhook.ts";
import { resourceSet } from "../../../src/control-plane/resources/resource-set.ts";
import { temporaryFolder } from "../../cli/run-cli.ts";
import { clientOf } from "../../cluster/contracts/cluster-under-test.ts";
import { FakeApiServer } from "../../cluster/fake/fake-api-server.ts";
import { makePair } from "../../support/make-pair.ts";
import { ManualTimers } from "../../support/manual-timers.ts";
import { ingressClass, OPTIONS } from "../../support/resources.ts";
import { Waiting } from "../../support/waiting.ts";

const HOST = "hook.gateway.svc";
const PLACE = { namespace: "gateway", name: "hook" };
const KNOWN: Known = {
  resources: resourceSet([ingressClass("ts-ingress", "ts-ingress.io/controller")]),
  translate: OPTIONS,
};

interface Started {
  readonly webhook: ValidatingWebhook;
  readonly port: number | null;
  readonly timers: ManualTimers;
  readonly reviewed: readonly unknown[];
  readonly problems: string[];
  readonly until: (what: string, ready: () => boolean) => Promise<void>;
}

async function start(certificate: CertificateSource, known: () => Known | null = () => KNOWN): Promise<Started> {
  const timers = new ManualTimers();
  const waiting = new Waiting();
  const problems: string[] = [];
  const reviewed: unknown[] = [];
  const onProblem = (message: string): void => {
    problems.push(message);
    waiting.changed();
  };
  const webhook = new ValidatingWebhook({
    address: { host: "127.0.0.1", port: 0 },
    certificate,
    known,
    timers,
    onReviewed: ({ allowed, judged }) => reviewed.push([allowed, judged?.name]),
    onProblem,
  });
  onTestFinished(() => webhook.close());
  return {
    webhook,
    port: await webhook.start(),
    timers,
    problems,
    reviewed,
    until: (what, ready) => waiting.until(what, ready),
  };
}

/** As an API server asks: by the Service's name, believing one authority. */
function ask(port: number, ca: string, body: unknown): Promise<{ status: number; answer: unknown }> {
  return new Promise((resolve, reject) => {
    const asked = request(
      { host: "127.0.0.1", port, servername: HOST, ca, method: "POST", path: "/", agent: false },
      (response) => {
        const status = response.statusCode ?? 0;
        if (response.headers["content-type"] !== "application/json")
          return resolve({ status, answer: response.resume() && null });
        json(response).then((answer) => resolve({ status, answer }), reject);
      },
    );
    asked.on("error", reject);
    asked.end(JSON.stringify(body));
  });
}

function certificateOn(port: number): Promise<PeerCertificate> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, servername: HOST, rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate());
      socket.destroy();
    });
    socket.on("error", reject);
  });
}

const review = (spec: unknown): unknown => ({
  apiVersion: "admission.k8s.io/v1",
  kind: "AdmissionReview",
  request: {
    uid: "u-1",
    operation: "CREATE",
    kind: { group: "networking.k8s.io", version: "v1", kind: "Ingress" },
    object: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "a", namespace: "b" }, spec },
  },
});
const WRONG = { rules: [{ host: "10.0.0.1", http: { paths: [] } }] };

async function filesOf(pair: { "tls.crt": string; "tls.key": string }): Promise<{ chain: string; key: string }> {
  const folder = await temporaryFolder(pair);
  return { chain: path.join(folder, "tls.crt"), key: path.join(folder, "tls.key") };
}

test("it answers reviews over TLS, with the certificate of two files", async () => {
  const pair = await makePair([HOST]);
  const { chain, key } = await filesOf(pair);
  const { port, reviewed } = await start(certificateFromFiles(chain, key));
  const refused = await ask(port ?? 0, pair["tls.crt"], review(WRONG));
  expect(refused).toMatchObject({
    status: 200,
    answer: { response: { uid: "u-1", allowed: false, status: { code: 422 } } },
  });
  expect((await ask(port ?? 0, pair["tls.crt"], { kind: "Something" })).status).toBe(400);
  expect(reviewed).toEqual([[false, "a"]]);
});

test("who begins reviews and does not end them takes no more than so much of our memory", async () => {
  const pair = await makePair([HOST]);
  const { chain, key } = await filesOf(pair);
  const { port } = await start(certificateFromFiles(chain, key));
  const piece = Buffer.alloc(3_900_000, " ");
  const begun = Array.from({ length: 9 }, () => {
    const asked = request({ host: "127.0.0.1", port, rejectUnauthorized: false, method: "POST", agent: false });
    onTestFinished(() => void asked.destroy());
    asked.write(piece);
    return new Promise<number>((resolve) => {
      asked.on("response", (response) => resolve(response.statusCode ?? 0)).on("error", () => {});
    });
  });
  expect(await Promise.race(begun)).toBe(413);
  const { status } = await ask(port ?? 0, pair["tls.crt"], review(WRONG));
  expect(status).toBe(200);
});

test("what goes wrong in judging lets the Ingress through, and is told", async () => {
  const pair = await makePair([HOST]);
  const { chain, key } = await filesOf(pair);
  const broken = (): Known => {
    throw new Error("nothing works");
  };
  const { port, problems } = await start(certificateFromFiles(chain, key), broken);
  const { answer } = await ask(port ?? 0, pair["tls.crt"], review(WRONG));
  expect(answer).toMatchObject({ response: { allowed: true, warnings: [expect.stringContaining("could not judge")] } });
  expect(problems).toEqual(["Ingress b/a was not judged, and let through: nothing works"]);
});

test("files that are renewed are used from then on; files that are broken are not", async () => {
  const [first, second] = [await makePair([HOST]), await makePair([HOST])];
  const { chain, key } = await filesOf(first);
  const { port, timers, problems, until } = await start(certificateFromFiles(chain, key));
  const before = await certificateOn(port ?? 0);
  await writeFile(chain, second["tls.crt"]);
  timers.advance(60_000);
  await until("the mismatch", () => problems.length === 1);
  expect(problems[0]).toMatch(/keeps its certificate: .*key/);
  expect((await certificateOn(port ?? 0)).fingerprint256).toBe(before.fingerprint256);
  await writeFile(key, second["tls.key"]);
  await timers.until("the next look to be waited for", () => timers.waits.length === 1);
  timers.advance(30_000);
  await timers.until("the one after", () => timers.waits[0] === 60_000);
  expect((await certificateOn(port ?? 0)).fingerprint256).not.toBe(before.fingerprint256);
});

async function cluster(
  webhooks: readonly unknown[],
): Promise<{ fake: FakeApiServer; source: () => CertificateSource }> {
  const fake = await new FakeApiServer().start();
  onTestFinished(() => fake.stop());
  fake.put("validatingwebhookconfigurations", { metadata: { name: "ts-ingress" }, webhooks });
  const own = { secret: PLACE, service: PLACE, configuration: "ts-ingress" };
  return { fake, source: () => certificateOfOurOwn(clientOf({ url: fake.url, credentials: {} }), own) };
}

const OURS = { name: "validate.ts-ingress.io", clientConfig: { service: PLACE } };
const OTHERS = {
  name: "others",
  clientConfig: { service: { namespace: "else", name: "where" }, caBundle: "dGhlaXJz" },
};

test("a certificate of its own is shared by all pods, and the API server is told whom to believe", async () => {
  const { fake, source } = await cluster([OTHERS, OURS]);
  const [one, two] = await Promise.all([start(source()), start(source())]);
  const stored = fake.collection("validatingwebhookconfigurations").get("", "ts-ingress");
  const [theirs, ours] = stored["webhooks"] as (typeof OTHERS)[];
  expect(theirs).toEqual(OTHERS);
  const ca = Buffer.from(ours?.clientConfig.caBundle ?? "", "base64").toString();
  for (const { port } of [one, two]) {
    expect(await ask(port ?? 0, ca, review(WRONG))).toMatchObject({ answer: { response: { allowed: false } } });
  }
  expect(fake.collection("secrets").list("gateway")).toHaveLength(1);
});

test("a Secret with something else in it is made anew", async () => {
  const { fake, source } = await cluster([OURS]);
  const pair = await makePair(["elsewhere"]);
  const data = Object.fromEntries(
    Object.entries(pair).map(([name, text]) => [name, Buffer.from(text).toString("base64")]),
  );
  fake.put("secrets", { metadata: PLACE, type: "kubernetes.io/tls", data });
  const { port } = await start(source());
  expect((await certificateOn(port ?? 0)).subjectaltname).toBe(`DNS:${HOST}`);
});

test("without its configuration it waits, and begins when that is there", async () => {
  const { fake, source } = await cluster([]);
  const { port, problems, timers } = await start(source());
  expect(port).toBeNull();
  expect(problems).toEqual([
    "the validating webhook does not answer: ValidatingWebhookConfiguration ts-ingress has no webhook of Service gateway/hook",
  ]);
  fake.put("validatingwebhookconfigurations", { metadata: { name: "ts-ingress" }, webhooks: [OURS] });
  timers.advance(30_000);
  await timers.until("it to listen", () => timers.waits[0] === 3_600_000);
});
