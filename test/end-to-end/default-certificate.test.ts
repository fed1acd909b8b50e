import { rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { ManifestFolder } from "../../src/control-plane/sources/manifest-folder.ts";
import { startGateway } from "../../src/gateway.ts";
import { ingress, service } from "../cli/manifests.ts";
import { temporaryFolder } from "../cli/run-cli.ts";
import { makePair } from "../support/make-pair.ts";
import { openTls } from "../support/tls-client.ts";
import { Waiting } from "../support/waiting.ts";

async function secretFor(host: string): Promise<string> {
  const data = Object.entries(await makePair([host])).map(([key, text]) => `${key}: ${btoa(text)}`);
  return `---
apiVersion: v1
kind: Secret
type: kubernetes.io/tls
metadata: { name: wildcard, namespace: edge }
data: { ${data.join(", ")} }
`;
}

/** Whom the certificate is for that a handshake shows. */
async function shown(port: number | null, servername?: string): Promise<string | undefined> {
  const { socket } = await openTls(port ?? 0, servername === undefined ? {} : { servername });
  const { subjectaltname } = socket.getPeerCertificate();
  socket.destroy();
  return subjectaltname;
}

test.each([1, 2])(
  "the default certificate is shown wherever there is no other, and followed: %d processes",
  async (count) => {
    const errors = createServer((request, response) => response.writeHead(404).end(`nothing at ${request.url}`));
    await new Promise<void>((resolve) => errors.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void errors.close());
    const { port } = errors.address() as AddressInfo;
    const folder = await temporaryFolder({
      "a.yaml": service("web", 80, port) + service("errors", 80, port) + ingress(),
      "secret.yaml": await secretFor("*.first.example"),
    });
    const waiting = new Waiting();
    let codes: string[] = [];
    const gateway = await startGateway({
      sources: [new ManifestFolder(folder)],
      translate: {
        ingressClasses: ["ts-ingress"],
        serveWithoutClass: true,
        maps: [],
        allowLoopbackNames: true,
        defaultCertificate: "edge/wildcard",
        defaultBackend: "default/errors",
      },
      quiet: 1,
      http: { host: "127.0.0.1", port: 0 },
      https: { host: "127.0.0.1", port: 0 },
      ...(count === 1 ? {} : { workers: { count } }),
      onPublished: ({ diagnostics }) => {
        codes = diagnostics.map(({ code }) => code);
        waiting.changed();
      },
    });
    onTestFinished(() => gateway.close());
    const { http, https } = gateway.ports;
    for (const name of ["nobody.example", "shop.example.com", undefined])
      expect(await shown(https, name)).toBe("DNS:*.first.example");
    const answer = await fetch(`http://127.0.0.1:${http}/lost`);
    expect([answer.status, await answer.text()]).toEqual([404, "nothing at /lost"]);

    const before = gateway.snapshot.revision;
    await writeFile(path.join(folder, "secret.yaml"), await secretFor("*.second.example"));
    await waiting.until("the second certificate", () => gateway.snapshot.revision !== before);
    await expect.poll(() => shown(https)).toBe("DNS:*.second.example");
    expect(await shown(https, "nobody.example")).toBe("DNS:*.second.example");

    await rm(path.join(folder, "secret.yaml"));
    await waiting.until("the diagnostic", () => codes.includes("DefaultCertificateNotFound"));
    await expect.poll(() => shown(https)).not.toBe("DNS:*.second.example");
    expect(await shown(https, "nobody.example")).not.toBe("DNS:*.second.example");
  },
);
