// Our client's ways of saying who it is, each believed or refused by a real API server.
import { chmod, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ApiServer } from "../../../src/control-plane/kubernetes/api-server.ts";
import { connect } from "../../../src/control-plane/kubernetes/kubernetes.ts";
import { temporaryFolder } from "../../cli/run-cli.ts";
import { testAuthority } from "../../support/test-authority.ts";
import { NO_SERVER } from "./assets.ts";
import { RealApiServer } from "./real-api-server.ts";

const NOWHERE = { kubeconfig: [], service: null, homeConfig: "/does/not/exist" };
const SERVICES = "/api/v1/namespaces/default/services";

describe.skipIf(NO_SERVER !== null)("who our client is, by the word of a real API server", { timeout: 180_000 }, () => {
  let server: RealApiServer;
  const clients: ApiServer[] = [];
  beforeAll(async () => {
    server = await RealApiServer.start();
    await server.kubectl.run("create", "serviceaccount", "reader");
    await server.kubectl.run("create", "role", "reader", "--verb", "list", "--resource", "services");
    const subjects = ["--user", "jane", "--serviceaccount", "default:reader"];
    await server.kubectl.run("create", "rolebinding", "readers", "--role", "reader", ...subjects);
  }, 180_000);
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  afterAll(() => server?.close(), 60_000);

  async function clientOf(kubeconfig: string): Promise<ApiServer> {
    const client = await connect({ kubeconfig: [kubeconfig], environment: NOWHERE });
    clients.push(client);
    return client;
  }

  /** The kubeconfig of the ServiceAccount with the user's part changed. */
  async function withUser(change: (user: { tokenFile: string }) => unknown): Promise<string> {
    const config = JSON.parse(await readFile(await server.accountKubeconfig("default", "reader"), "utf8")) as {
      users: { user: unknown }[];
    };
    const [entry] = config.users;
    if (entry === undefined) throw new Error("no user in the kubeconfig");
    entry.user = change(entry.user as { tokenFile: string });
    return path.join(await temporaryFolder({ config: JSON.stringify(config) }), "config");
  }

  test("a certificate and a token may do what the role says, and no more", async () => {
    for (const kubeconfig of [
      await server.userKubeconfig("jane"),
      await server.accountKubeconfig("default", "reader"),
    ]) {
      const client = await clientOf(kubeconfig);
      expect(await client.request("GET", SERVICES)).toMatchObject({ kind: "ServiceList" });
      const refused = client.request("GET", "/api/v1/namespaces/default/secrets");
      await expect(refused).rejects.toMatchObject({ status: 403, reason: "Forbidden" });
    }
  });

  test("a token that is not believed any more is read anew, at once", async () => {
    let good = "";
    const kubeconfig = await withUser(({ tokenFile }) => {
      good = tokenFile;
      return { tokenFile: "token" };
    });
    const file = path.join(path.dirname(kubeconfig), "token");
    await writeFile(file, "not.a.token");
    const client = await clientOf(kubeconfig);
    await expect(client.request("GET", SERVICES)).rejects.toMatchObject({ status: 401 });
    await writeFile(file, await readFile(good));
    expect(await client.request("GET", SERVICES)).toMatchObject({ kind: "ServiceList" });
  });

  test("a program of the kubeconfig gives the token", async () => {
    const kubeconfig = await withUser(({ tokenFile }) => ({
      exec: {
        apiVersion: "client.authentication.k8s.io/v1",
        command: "./token.sh",
        args: [tokenFile],
        interactiveMode: "Never",
      },
    }));
    const script = path.join(path.dirname(kubeconfig), "token.sh");
    const credential =
      '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential","status":{"token":"%s"}}';
    await writeFile(script, `#!/bin/sh\nprintf '${credential}' "$(cat "$1")"\n`);
    await chmod(script, 0o755);
    expect(await (await clientOf(kubeconfig)).request("GET", SERVICES)).toMatchObject({ kind: "ServiceList" });
  });

  test("a server that another authority vouches for gets no token", async () => {
    const kubeconfig = await withUser((user) => user);
    const config = JSON.parse(await readFile(kubeconfig, "utf8")) as {
      clusters: { cluster: Record<string, string> }[];
    };
    const { ca } = await testAuthority();
    await writeFile(path.join(path.dirname(kubeconfig), "ca.pem"), ca);
    for (const { cluster } of config.clusters) cluster["certificate-authority"] = "ca.pem";
    await writeFile(kubeconfig, JSON.stringify(config));
    const refused = (await clientOf(kubeconfig)).request("GET", SERVICES);
    await expect(refused).rejects.toMatchObject({ code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" });
  });
});
