import { expect, onTestFinished, test } from "vitest";
import { ManifestFolder } from "../../src/control-plane/sources/manifest-folder.ts";
import { startGateway } from "../../src/gateway.ts";
import { service } from "../cli/manifests.ts";
import { temporaryFolder } from "../cli/run-cli.ts";
import { nodeUpstream } from "../support/servers.ts";
import { testAuthority } from "../support/test-authority.ts";
import { said, tlsClient } from "../support/tls-upstream.ts";
import { Waiting } from "../support/waiting.ts";
import { ask } from "../telemetry/ask.ts";

const HOST = "shop.example.com";

const INGRESS = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, annotations: { nginx.ingress.kubernetes.io/ssl-passthrough: "true" } }
spec:
  rules:
    - host: ${HOST}
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: web, port: { number: 443 } } } }] }
`;

test("from a manifest to a worker: TLS is the pods' own, plain HTTP is spoken to them in TLS, and each is logged", async () => {
  const pods = await testAuthority();
  const upstream = await nodeUpstream(
    (request, response) => response.end(`by ${String(request.headers["x-scheme"])}`),
    {
      ...(await pods.issue(HOST)),
    },
  );
  const lines: string[] = [];
  const waiting = new Waiting();
  const gateway = await startGateway({
    sources: [new ManifestFolder(await temporaryFolder({ "m.yaml": service("web", 443, upstream.port) + INGRESS }))],
    translate: { ingressClasses: ["ts-ingress"], serveWithoutClass: true, maps: [], allowLoopbackNames: true },
    http: { host: "127.0.0.1", port: 0 },
    https: { host: "127.0.0.1", port: 0 },
    allowLoopbackNames: true,
    workers: {
      count: 1,
      accessLog: { format: "json", colours: false },
      onLine: (line) => {
        lines.push(line);
        waiting.changed();
      },
    },
  });
  onTestFinished(() => gateway.close());

  const socket = await tlsClient(gateway.ports.https ?? 0, { servername: HOST, ca: pods.ca });
  socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
  expect(await said(socket)).toContain("by undefined");
  socket.end();
  expect((await ask(gateway.ports.http ?? 0, "/", { headers: { host: HOST } })).body).toBe("by http");
  await waiting.until("both lines", () => lines.length === 2);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ protocol: "TLS", server_name: HOST, service: "web", service_port: "443", flags: [] }),
      expect.objectContaining({ host: HOST, status: 200 }),
    ]),
  );
});
