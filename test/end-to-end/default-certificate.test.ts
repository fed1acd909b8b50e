import { expect, test } from "vitest";
import { ingress, service } from "../cli/manifests.ts";
import { LOOPBACK, startFolderGateway, TRANSLATE } from "../support/folder-gateway.ts";
import { makePair } from "../support/make-pair.ts";
import { nodeUpstream } from "../support/servers.ts";
import { openTls } from "../support/tls-client.ts";

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
async function shown(port: number, servername?: string): Promise<string | undefined> {
  const { socket } = await openTls(port, servername === undefined ? {} : { servername });
  const { subjectaltname } = socket.getPeerCertificate();
  socket.destroy();
  return subjectaltname;
}

test.each([1, 2])(
  "the default certificate is shown wherever there is no other, and followed: %d processes",
  async (count) => {
    const { port } = await nodeUpstream((request, response) =>
      response.writeHead(404).end(`nothing at ${request.url}`),
    );
    const { gateway, http, https, until, write, remove } = await startFolderGateway(
      {
        "a.yaml": service("web", 80, port) + service("errors", 80, port) + ingress(),
        "secret.yaml": await secretFor("*.first.example"),
      },
      {
        translate: { ...TRANSLATE, defaultCertificate: "edge/wildcard", defaultBackend: "default/errors" },
        https: LOOPBACK,
        ...(count === 1 ? {} : { workers: { count } }),
      },
    );
    for (const name of ["nobody.example", "shop.example.com", undefined])
      expect(await shown(https, name)).toBe("DNS:*.first.example");
    const answer = await fetch(`http://127.0.0.1:${http}/lost`);
    expect([answer.status, await answer.text()]).toEqual([404, "nothing at /lost"]);

    const before = gateway.snapshot.revision;
    await write("secret.yaml", await secretFor("*.second.example"));
    await until("the second certificate", () => gateway.snapshot.revision !== before);
    await expect.poll(() => shown(https)).toBe("DNS:*.second.example");
    expect(await shown(https, "nobody.example")).toBe("DNS:*.second.example");

    await remove("secret.yaml");
    await until("the diagnostic", () => gateway.diagnostics.some(({ code }) => code === "DefaultCertificateNotFound"));
    await expect.poll(() => shown(https)).not.toBe("DNS:*.second.example");
    expect(await shown(https, "nobody.example")).not.toBe("DNS:*.second.example");
  },
);
