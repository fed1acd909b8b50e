import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { CredentialsProblem, type Credentials } from "../../../src/control-plane/kubernetes/credentials.ts";
import { findCredentials, type ClusterEnvironment } from "../../../src/control-plane/kubernetes/kubernetes.ts";
import { serviceAccount } from "../../../src/control-plane/kubernetes/service-account.ts";
import { tempFolder } from "../sources/temp-folder.ts";

const NOWHERE: ClusterEnvironment = { kubeconfig: [], service: null, homeConfig: "/does/not/exist" };

function base64(text: string): string {
  return Buffer.from(text).toString("base64");
}

/** A kubeconfig with one cluster and one user, each with the given fields (YAML, one line). */
function kubeconfig(user: string, cluster = "server: https://10.0.0.1:6443", name = "dev"): string {
  return `apiVersion: v1
kind: Config
current-context: ${name}
clusters: [{ name: ${name}, cluster: { ${cluster} } }]
users: [{ name: ${name}, user: { ${user} } }]
contexts: [{ name: ${name}, context: { cluster: ${name}, user: ${name}, namespace: web } }]
`;
}

async function inFolder(files: Record<string, string>): Promise<Credentials> {
  const folder = await tempFolder(files);
  return findCredentials({ kubeconfig: [path.join(folder, "config")], environment: NOWHERE });
}

async function problem(work: Promise<unknown>): Promise<string> {
  const error: unknown = await work.then(
    () => null,
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(CredentialsProblem);
  return (error as Error).message;
}

describe("a kubeconfig", () => {
  test("names server, namespace, authority, and a client certificate in its place", async () => {
    const found = await inFolder({
      config: kubeconfig(
        `client-certificate: c.pem, client-key-data: ${base64("KEY")}`,
        `server: "https://api.example:6443", certificate-authority: pki/ca.pem, tls-server-name: kube`,
      ),
      "pki/ca.pem": "CA\n",
      "c.pem": "CERT",
    });
    expect(found.server.href).toBe("https://api.example:6443/");
    expect(found.namespace).toBe("web");
    expect(found.about).toMatch(/^context dev of .*config$/);
    const tls = { ca: "CA", cert: "CERT", key: "KEY", servername: "kube" };
    expect(await found.identify(false)).toEqual({ headers: {}, tls });
  });

  test.each([
    ["a token", "token: abc", { authorization: "Bearer abc" }],
    ["user and password", "username: ada, password: pass", { authorization: `Basic ${base64("ada:pass")}` }],
    ["somebody to act as", "token: abc, as: bob", { authorization: "Bearer abc", "impersonate-user": "bob" }],
  ])("has %s", async (_what, user, headers) => {
    expect((await (await inFolder({ config: kubeconfig(user) })).identify(false)).headers).toEqual(headers);
  });

  test("has a token file, which is read each time", async () => {
    const folder = await tempFolder({ config: kubeconfig("tokenFile: token"), token: "one\n" });
    const found = await findCredentials({ kubeconfig: [path.join(folder, "config")], environment: NOWHERE });
    expect((await found.identify(false)).headers).toEqual({ authorization: "Bearer one" });
    await writeFile(path.join(folder, "token"), "two\n");
    expect((await found.identify(false)).headers).toEqual({ authorization: "Bearer two" });
  });

  test("has a plugin, which is told of itself, and run again when its token was refused", async () => {
    const plugin = `#!/bin/sh
echo x >> "$(dirname "$0")/runs"
token=$(wc -l < "$(dirname "$0")/runs" | tr -d ' ')
case "$KUBERNETES_EXEC_INFO" in *ExecCredential*) ;; *) exit 1;; esac
printf '{"kind":"ExecCredential","status":{"token":"%s-%s","clientCertificateData":"C","clientKeyData":"K"}}' "$NAME" "$token"
`;
    const exec = `exec: { apiVersion: client.authentication.k8s.io/v1, command: ./plugin, env: [{ name: NAME, value: t }] }`;
    const folder = await tempFolder({ config: kubeconfig(exec), plugin });
    await chmod(path.join(folder, "plugin"), 0o755);
    const found = await findCredentials({ kubeconfig: [path.join(folder, "config")], environment: NOWHERE });
    const first = { headers: { authorization: "Bearer t-1" }, tls: { cert: "C", key: "K" } };
    expect(await found.identify(false)).toEqual(first);
    expect(await found.identify(false)).toEqual(first);
    expect((await found.identify(true)).headers).toEqual({ authorization: "Bearer t-2" });
  });

  test("whose plugin fails says what the plugin said", async () => {
    const exec = `exec: { command: sh, args: ["-c", "echo please log in >&2; exit 1"] }`;
    const found = await inFolder({ config: kubeconfig(exec) });
    expect(await problem(found.identify(false))).toBe(
      "the credential plugin sh of user dev gave no credentials: please log in",
    );
  });

  test.each([
    ["has no such file", "missing", "cannot be read: it does not exist"],
    ["is not YAML", "broken", "cannot be read: "],
    ["has no current context", "empty", "has no current context"],
    ["names a user that is not there", "lost", "has no user bob, which its context dev names"],
    ["names a server that is none", "server", 'the server "10.0.0.1" in '],
  ])("that %s is told", async (_what, file, message) => {
    const folder = await tempFolder({
      broken: "a: [",
      empty: "kind: Config\n",
      lost: kubeconfig("token: a").replace("user: dev,", "user: bob,"),
      server: kubeconfig("token: a", "server: 10.0.0.1"),
    });
    const settings = { kubeconfig: [path.join(folder, file)], environment: NOWHERE };
    expect(await problem(findCredentials(settings))).toContain(message);
  });

  test("may be several: the first to name something counts, and a context can be chosen", async () => {
    const folder = await tempFolder({
      a: kubeconfig("token: a"),
      b: kubeconfig("token: b", "server: https://10.0.0.2", "prod"),
    });
    const files = [path.join(folder, "a"), path.join(folder, "b")];
    const environment = { ...NOWHERE, kubeconfig: files };
    expect((await findCredentials({ environment })).server.hostname).toBe("10.0.0.1");
    const prod = await findCredentials({ environment, context: "prod" });
    expect(prod.server.hostname).toBe("10.0.0.2");
    expect((await prod.identify(true)).headers).toEqual({ authorization: "Bearer b" });
    expect(await problem(findCredentials({ environment, context: "test" }))).toContain("has no context test");
  });
});

test("a server alone is asked without credentials", async () => {
  const found = await findCredentials({ server: new URL("http://127.0.0.1:8001"), environment: NOWHERE });
  expect(found.server.href).toBe("http://127.0.0.1:8001/");
  expect(await found.identify(false)).toEqual({ headers: {}, tls: {} });
});

test("a service account's token and authority are read each time", async () => {
  const folder = await tempFolder({ token: "one", "ca.crt": "CA", namespace: "ingress" });
  const found = await serviceAccount("fd00::1", "443", folder);
  expect(found.server.href).toBe("https://[fd00::1]/");
  expect(found.namespace).toBe("ingress");
  expect(await found.identify(false)).toEqual({ headers: { authorization: "Bearer one" }, tls: { ca: "CA" } });
  await writeFile(path.join(folder, "token"), "two");
  expect((await found.identify(false)).headers).toEqual({ authorization: "Bearer two" });
});

test("without any credentials the message says where was looked", async () => {
  expect(await problem(findCredentials({ environment: NOWHERE }))).toContain("/does/not/exist");
});
