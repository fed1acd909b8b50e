import { request } from "node:https";
import { expect, test } from "vitest";
import { ingress, INGRESS_CLASS, service, tlsSecret } from "../cli/manifests.ts";
import { LOOPBACK, startFolderGateway, TRANSLATE } from "../support/folder-gateway.ts";
import { nodeUpstream } from "../support/servers.ts";
import { testAuthority } from "../support/test-authority.ts";
import { ask } from "../telemetry/ask.ts";

const HOST = "shop.example.com";
const CHALLENGE = "/.well-known/acme-challenge/token-1";
const PREFIX = "nginx.ingress.kubernetes.io";

function annotated(manifest: string, name: string, annotations: Readonly<Record<string, string>>): string {
  const written = Object.entries(annotations).map(([key, value]) => `${PREFIX}/${key}: ${JSON.stringify(value)}`);
  return manifest.replace(
    `metadata: { name: ${name} }`,
    `metadata: { name: ${name}, annotations: { ${written.join(", ")} } }`,
  );
}

/** A host that is protected, and what cert-manager makes beside it for one challenge. */
async function start(annotations: Readonly<Record<string, string>>) {
  const shop = await nodeUpstream((_, response) => response.end("shop"));
  const solver = await nodeUpstream((request, response) => response.end(`solved ${request.url}`));
  const { ca, issue } = await testAuthority();
  const pair = await issue(HOST);
  const clients = `---
apiVersion: v1
kind: Secret
metadata: { name: clients }
data: { ca.crt: ${Buffer.from(ca).toString("base64")} }
`;
  const web = ingress({ extra: `  tls: [{ hosts: [${HOST}], secretName: web-tls }]\n` });
  const solved = ingress({
    name: "solver",
    path: CHALLENGE,
    pathType: "Exact",
    backend: "service: { name: solver, port: { number: 8089 } }",
  });
  // What looks like a challenge and is none.
  const beside = ingress({ name: "beside", path: "/.well-known/acme-challenge-not" });
  const inside = ingress({
    name: "inside",
    path: "/.well-known/acme-challenge/../../admin",
    pathType: "ImplementationSpecific",
  });
  const manifests = [
    INGRESS_CLASS,
    service("web", 80, shop.port),
    service("solver", 8089, solver.port),
    tlsSecret(pair.chain, pair.privateKey, "kubernetes.io/tls"),
    clients,
    annotated(web, "web", annotations),
    annotated(beside, "beside", annotations),
    annotated(inside, "inside", annotations),
    annotated(solved, "solver", { "whitelist-source-range": "0.0.0.0/0,::/0" }),
  ];
  const { gateway, http, https } = await startFolderGateway(
    { "all.yaml": manifests.join("") },
    { https: LOOPBACK, translate: { ...TRANSLATE, ingressClasses: [], serveWithoutClass: false } },
  );
  expect(gateway.snapshot.virtualHosts.flatMap(({ routes }) => routes)).toHaveLength(4);
  return { http, https };
}

/** The status of a GET over TLS, by a client without a certificate. */
function askSecurely(port: number, path: string): Promise<number> {
  const options = { host: "127.0.0.1", port, path, servername: HOST, rejectUnauthorized: false, agent: false };
  return new Promise((resolve, reject) => {
    const sent = request({ ...options, headers: { host: HOST } }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode ?? 0));
    });
    sent.on("error", reject).end();
  });
}

const CLOSED = [
  "/",
  "/admin",
  "/.well-known/acme-challenge",
  "/.well-known/acme-challenge/",
  `${CHALLENGE}/../../../admin`,
  `${CHALLENGE}x`,
];

test.each([
  ["client certificates", { "auth-tls-secret": "default/clients" }, 400],
  ["client certificates, and a redirect", { "auth-tls-secret": "default/clients", "force-ssl-redirect": "true" }, 308],
  ["a redirect", { "force-ssl-redirect": "true" }, 308],
  ["a service that is asked", { "auth-url": "http://auth.example.com/" }, 503],
  ["passwords", { "auth-type": "basic", "auth-secret": "users" }, 503],
  ["source ranges", { "whitelist-source-range": "192.0.2.0/24" }, 503],
  ["limits", { "limit-rps": "1" }, 503],
])("on a host with %s a challenge is answered over plain HTTP, and nothing else", async (_, annotations, status) => {
  const served = await start({ "ssl-redirect": "false", ...annotations });
  const headers = { host: HOST };
  expect(await ask(served.http, CHALLENGE, { headers })).toMatchObject({ status: 200, body: `solved ${CHALLENGE}` });
  for (const path of CLOSED) expect([path, (await ask(served.http, path, { headers })).status]).toEqual([path, status]);
});

test("what only looks like a challenge asks clients for a certificate, and over TLS a challenge does too", async () => {
  const served = await start({ "auth-tls-secret": "default/clients" });
  const headers = { host: HOST };
  expect(await ask(served.http, "/.well-known/acme-challenge-not", { headers })).toMatchObject({ status: 400 });
  expect(await askSecurely(served.https, CHALLENGE)).toBe(400);
});
