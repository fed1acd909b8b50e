import { Agent, request } from "node:https";
import { connect, type TLSSocket } from "node:tls";
import { expect, onTestFinished, test } from "vitest";
import { ingress, INGRESS_CLASS, service, tlsSecret } from "../cli/manifests.ts";
import { LOOPBACK, startFolderGateway, TRANSLATE } from "../support/folder-gateway.ts";
import { nodeUpstream } from "../support/servers.ts";
import { testAuthority } from "../support/test-authority.ts";
import { Waiting } from "../support/waiting.ts";
import { ask } from "../telemetry/ask.ts";

const HOST = "shop.example.com";
const CHALLENGE = "/.well-known/acme-challenge/token-1";
const WEB = ingress({ extra: `  tls: [{ hosts: [${HOST}], secretName: web-tls }]\n` }).replace(
  "metadata: { name: web }",
  'metadata: { name: web, annotations: { nginx.ingress.kubernetes.io/force-ssl-redirect: "true" } }',
);

/** What cert-manager makes for one challenge. */
function challenge(port: number): string {
  const solver = "cm-acme-http-solver-a1b2c";
  const backend = `service: { name: ${solver}, port: { number: 8089 } }`;
  const wished = ingress({ name: solver, path: CHALLENGE, pathType: "Exact", backend }).replace(
    `metadata: { name: ${solver} }`,
    `metadata: { name: ${solver}, annotations: { nginx.ingress.kubernetes.io/whitelist-source-range: "0.0.0.0/0,::/0" } }`,
  );
  return service(solver, 8089, port) + wished;
}

/** A folder that is served, and what a cluster's controllers do to it. */
async function start() {
  const { port } = await nodeUpstream((request, response) => response.end(`shop ${request.url}`));
  const { gateway, http, https, until, write, remove } = await startFolderGateway(
    { "web.yaml": INGRESS_CLASS + service("web", 80, port) + WEB },
    { https: LOOPBACK, translate: { ...TRANSLATE, ingressClasses: [], serveWithoutClass: false } },
  );
  const certificates = (): readonly string[] => gateway.snapshot.certificates.map((one) => one.chain);
  const routes = (): number => gateway.snapshot.virtualHosts.flatMap((one) => one.routes).length;
  return {
    http,
    https,
    async write(name: string, text: string | null, served: () => boolean) {
      await (text === null ? remove(name) : write(name, text));
      await until(`${name} being served`, served);
    },
    routes,
    certificates,
  };
}

/** Clients on connections that they keep, until told to stop; each connection's certificate may be anybody's. */
function load(port: number, clients: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: clients, rejectUnauthorized: false, servername: HOST });
  onTestFinished(() => agent.destroy());
  const state = { over: false, bodies: new Map<string, number>(), sockets: new Set<unknown>() };
  const waiting = new Waiting();
  const once = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const sent = request({ agent, host: "127.0.0.1", port, path: "/cart", headers: { host: HOST } }, (response) => {
        state.sockets.add(response.socket);
        let body = `${response.statusCode} `;
        response.setEncoding("utf8").on("data", (piece: string) => (body += piece));
        response.on("end", () => resolve(body)).on("error", reject);
      });
      sent.on("error", reject).end();
    });
  const all = Array.from({ length: clients }, async () => {
    while (!state.over) {
      const body = await once().catch((error: Error) => error.message);
      state.bodies.set(body, (state.bodies.get(body) ?? 0) + 1);
      waiting.changed();
    }
  });
  const total = (): number => [...state.bodies.values()].reduce((sum, count) => sum + count, 0);
  return {
    /** Resolves after so many more requests. */
    async more(count: number) {
      const goal = total() + count;
      await waiting.until(`${goal} requests`, () => total() >= goal);
    },
    async stop() {
      state.over = true;
      await Promise.all(all);
      return { answers: [...state.bodies.keys()], connections: state.sockets.size };
    },
  };
}

/** The certificate that a client who trusts `ca` sees now; rejects when it does not trust it. */
function serialSeen(port: number, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket: TLSSocket = connect({ host: "127.0.0.1", port, ca, servername: HOST }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.end();
    });
    socket.on("error", reject);
  });
}

test("a certificate is ordered by HTTP-01, comes, and is renewed, under load and without a lost request", async () => {
  const { ca, issue } = await testAuthority();
  const served = await start();
  const clients = load(served.https, 4);
  await clients.more(4);
  await expect(serialSeen(served.https, ca)).rejects.toThrow(/self-signed|unable to/);

  const solver = await nodeUpstream((request, response) =>
    response.end(`${request.url?.split("/").at(-1)}.thumbprint`),
  );
  await served.write("challenge.yaml", challenge(solver.port), () => served.routes() === 2);
  const headers = { host: HOST };
  expect(await ask(served.http, CHALLENGE, { headers })).toMatchObject({ status: 200, body: "token-1.thumbprint" });
  expect(await ask(served.http, "/cart", { headers })).toMatchObject({ status: 308 });
  expect(await ask(served.http, `${CHALLENGE}x`, { headers })).toMatchObject({ status: 308 });

  const first = await issue(HOST);
  const secret = (pair: typeof first): string => tlsSecret(pair.chain, pair.privateKey, "kubernetes.io/tls");
  await served.write("secret.yaml", secret(first), () => served.certificates().length === 1);
  const serial = await serialSeen(served.https, ca);
  await served.write("challenge.yaml", null, () => served.routes() === 1);
  expect(await ask(served.http, CHALLENGE, { headers })).toMatchObject({ status: 308 });

  await clients.more(20);
  const [before] = served.certificates();
  await served.write(
    "secret.yaml",
    secret(await issue(HOST, "www.example.com")),
    () => served.certificates()[0] !== before,
  );
  expect(await serialSeen(served.https, ca)).not.toBe(serial);
  await clients.more(20);
  // Connections made with the certificate before stay.
  expect(await clients.stop()).toEqual({ answers: ["200 shop /cart"], connections: 4 });
});
