// What the pages about clusters tell their readers to type, typed word by word, in the order of the pages.
import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect } from "vitest";
import { read } from "../../deploy/documents.ts";
import { until } from "../until.ts";
import { http1Client } from "./clients.ts";
import { service, slice } from "./objects.ts";
import { ADDRESS, scenario } from "./stage.ts";

const ROOT = path.join(import.meta.dirname, "../../..");
const HOST = "k8s.example.com";
const NAMESPACE = "kubernetes-dashboard";
/** What a command may begin with here. A port is forwarded by a kubelet, which is not there. */
const TYPED = /^(?:kubectl (?!port-forward)|npx ts-ingress |mkdir )/;

scenario("every kubectl command of the pages does what they say, and the dashboard is served", async (stage) => {
  const folder = await stage.folder("typed");
  await symlink(path.join(ROOT, "deploy"), path.join(folder, "deploy"));
  const { chain, privateKey } = await stage.issue(HOST);
  await writeFile(path.join(folder, "tls.crt"), chain);
  await writeFile(path.join(folder, "tls.key"), privateKey);
  await mkdir(path.join(folder, "bin"));
  const npx = `#!/bin/sh\nshift\nexec "${process.execPath}" "${ROOT}/bin/ts-ingress.cjs" "$@"\n`;
  await writeFile(path.join(folder, "bin/npx"), npx, { mode: 0o755 });
  const pod = await stage.pods.pod("dashboard", 8080, await stage.issue("dashboard.pod"));
  await stage.kubectl.run("create", "namespace", NAMESPACE);
  const install = [service(NAMESPACE, 443), slice(NAMESPACE, [pod])];
  await stage.kubectl.apply(install, "--namespace", NAMESPACE);

  const pages = ["exposing.md", "deploy.md", "migrate-from-ingress-nginx.md"];
  const blocks = pages.flatMap((page) => shellBlocks(read(ROOT, "docs", page)).filter(isTyped));
  const typed = blocks.join("");
  for (const command of ["kubectl apply --server-side", "kubectl create secret tls", "npx ts-ingress check"]) {
    expect(typed).toContain(command);
  }
  for (const block of blocks) await stage.kubectl.shell(block, folder);

  const controller = await stage.controller();
  const client = http1Client({ port: controller.https, host: HOST, ca: stage.ca }, false);
  expect(await client.ask("/overview", null)).toMatchObject({ status: 200, body: "dashboard /overview 0" });
  client.close();
  const shown = (): Promise<string> => stage.kubectl.run("get", "ingress", "--namespace", NAMESPACE);
  await until("the address is shown", async () => (await shown()).includes(ADDRESS));
});

/** What stands between ```sh and ```. */
function shellBlocks(page: string): string[] {
  return [...page.matchAll(/^```sh\n(.*?)^```$/gms)].map(([, block]) => block ?? "");
}

function isTyped(block: string): boolean {
  const commands = block.replaceAll(/<<'END'\n.*?^END$/gms, "").replaceAll("\\\n", " ");
  return commands
    .trim()
    .split("\n")
    .every((line) => TYPED.test(line));
}
