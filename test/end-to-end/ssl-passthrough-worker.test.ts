import { expect, test } from "vitest";
import { service } from "../cli/manifests.ts";
import { LOOPBACK, startFolderGateway } from "../support/folder-gateway.ts";
import { nodeUpstream } from "../support/servers.ts";
import { testAuthority } from "../support/test-authority.ts";
import { said, tlsClient } from "../support/tls-upstream.ts";
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
  const { http, https, lines, until } = await startFolderGateway(
    { "m.yaml": service("web", 443, upstream.port) + INGRESS },
    { https: LOOPBACK, workers: { count: 1, accessLog: { format: "json", colours: false } } },
  );

  const socket = await tlsClient(https, { servername: HOST, ca: pods.ca });
  socket.write(`GET / HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`);
  expect(await said(socket)).toContain("by undefined");
  socket.end();
  expect((await ask(http, "/", { headers: { host: HOST } })).body).toBe("by http");
  await until("both lines", () => lines.length === 2);
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ protocol: "TLS", server_name: HOST, service: "web", service_port: "443", flags: [] }),
      expect.objectContaining({ host: HOST, status: 200 }),
    ]),
  );
});
