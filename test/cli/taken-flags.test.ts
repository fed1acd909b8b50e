import { type AddressInfo, createServer } from "node:net";
import { Command } from "commander";
import { expect, onTestFinished, test } from "vitest";
import { addControllerFlags, controllerTranslation, type ControllerFlags } from "../../src/cli/controller-flags.ts";
import { programArguments } from "../../src/cli/program.ts";
import { tellTaken } from "../../src/cli/taken-flags.ts";
import { FakeApiServer } from "../cluster/fake/fake-api-server.ts";
import { runCli } from "./run-cli.ts";
import { Running } from "./running.ts";

/** The arguments of Deployments of ingress-nginx, without what `$(POD_NAMESPACE)` stands for. */
const DEPLOYMENTS: Readonly<Record<string, string>> = {
  "the manifest for clouds": `
    --publish-service=ingress-nginx/ingress-nginx-controller --election-id=ingress-nginx-leader
    --controller-class=k8s.io/ingress-nginx --ingress-class=nginx --configmap=ingress-nginx/ingress-nginx-controller
    --validating-webhook=:8443 --validating-webhook-certificate=/usr/local/certificates/cert
    --validating-webhook-key=/usr/local/certificates/key`,
  "bare metal": `
    --election-id=ingress-nginx-leader --controller-class=k8s.io/ingress-nginx --ingress-class=nginx --configmap=ingress-nginx/ingress-nginx-controller
    --report-node-internal-ip-address=true --watch-ingress-without-class=true --ingress-class-by-name=true
    --tcp-services-configmap=ingress-nginx/tcp-services --udp-services-configmap=ingress-nginx/udp-services
    --enable-ssl-passthrough --v=2 --default-ssl-certificate=ingress-nginx/wildcard-tls`,
  "one namespace of a team": `
    --watch-namespace=shop --election-id=shop-leader --election-ttl=45s --update-status-on-shutdown=false
    --controller-class=example.com/shop --ingress-class=shop --annotations-prefix=ingress.example.com
    --disable-svc-external-name=true --disable-catch-all --default-backend-service=shop/errors
    --enable-annotation-validation=true --metrics-per-host=false --watch-namespace-selector=`,
  "a large cluster": `
    --publish-status-address=203.0.113.9,lb.example.com --update-status=true --status-update-interval=30
    --sync-rate-limit=5 --sync-period=10m --shutdown-grace-period=60 --post-shutdown-grace-period=20
    --profiling=false --enable-topology-aware-routing=true --disable-full-test=true --deep-inspect=false
    --time-buckets=0.01,0.1,1,10 --length-buckets=100,1000 --size-buckets=1000,100000 --report-status-classes
    --exclude-socket-metrics=nginx_ingress_controller_request_size --monitor-max-batch-size=20000
    --enable-metrics=true --metrics-per-undefined-host=true --healthz-port=10254 --health-check-path=/health
    --healthz-host=127.0.0.1 --http-port=80 --https-port=443 --status-port=18246 --stream-port=18247
    --default-server-port=18181 --profiler-port=18245 --maxmind-edition-ids=GeoLite2-Country -v=3`,
  "outside of the cluster": `
    --apiserver-host=http://localhost:8001 --kubeconfig=/root/.kube/config --certificate-authority=/ca.pem
    --disable-leader-election=true --update-status=F --logtostderr=true --stderrthreshold=2`,
};

function parsed(args: readonly string[]): ControllerFlags {
  const command = addControllerFlags(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => {} });
  const [, ...flags] = programArguments(["node", "main.ts", "/nginx-ingress-controller", ...args]);
  return command.parse(flags, { from: "user" }).opts<ControllerFlags>();
}

function flagsOf(name: string): ControllerFlags {
  return parsed((DEPLOYMENTS[name] ?? "").trim().split(/\s+/));
}

function told(flags: ControllerFlags): string[] {
  const lines: string[] = [];
  tellTaken(flags, (level, message) => lines.push(`${level} ${message}`));
  return lines;
}

test.each(Object.keys(DEPLOYMENTS))("the arguments of ingress-nginx are taken as they are: %s", (name) => {
  expect(() => flagsOf(name)).not.toThrow();
});

test("flags for which there is nothing to do are told in one line, what is missed without one by a warning each", () => {
  expect(told(flagsOf("the manifest for clouds"))).toEqual([]);
  expect(told(flagsOf("bare metal"))).toEqual([
    "info nothing is to be done here for flags of ingress-nginx: --enable-ssl-passthrough, --v (docs/cli.md says why)",
  ]);
  const large = told(flagsOf("a large cluster"));
  expect(large.filter((line) => line.startsWith("warning"))).toEqual([
    "warning --enable-topology-aware-routing is without effect. Endpoints of all zones are used alike.",
    "warning --exclude-socket-metrics is without effect. All are there; --metrics-max-series bounds each.",
  ]);
  expect(large.at(-1)).toContain("--sync-period, --sync-rate-limit, --status-update-interval");
});

test("others mean what they mean there", () => {
  expect(controllerTranslation(flagsOf("one namespace of a team"))).toMatchObject({
    annotationsPrefix: "ingress.example.com",
    withoutCatchAll: true,
    withoutExternalNames: true,
  });
  expect(flagsOf("outside of the cluster").updateStatus).toBe(false);
  expect(parsed(["--watch-namespace="]).watchNamespace).toBeUndefined();
});

test("certificates that are to be completed cannot be ignored", () => {
  expect(() => parsed(["--enable-ssl-chain-completion"])).toThrow("Put the whole chain, leaf first, into tls.crt");
  expect(() => parsed(["--enable-ssl-chain-completion=false"])).not.toThrow();
});

test("the name of its program is that of the command", () => {
  const argv = (first: string): string[] => ["node", "main.ts", first, "--v=2"];
  expect(programArguments(argv("/nginx-ingress-controller"))).toEqual(["controller", "--v=2"]);
  expect(programArguments(argv("check"))).toEqual(["check", "--v=2"]);
  expect(programArguments(["node", "main.ts"])).toEqual([]);
});

test("a webhook on the port of HTTPS is said before anything starts", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  const flags = ["--http-port=0", "--healthz-port=0", "--admin-port=0", "--bind=127.0.0.1", `--https-port=${port}`];
  const { code, stderr } = await runCli(["controller", ...flags, `--validating-webhook=:${port}`]);
  expect(stderr).toContain(`--validating-webhook and --https-port are both port ${port}`);
  expect(code).toBe(1);
});

test("a pasted command line serves, and its health check answers at its path", async () => {
  const fake = await new FakeApiServer().start();
  onTestFinished(() => fake.stop());
  const ports = ["http", "https", "healthz", "admin"].map((name) => `--${name}-port=0`);
  const pasted = (DEPLOYMENTS["a large cluster"] ?? "")
    .trim()
    .split(/\s+/)
    .filter((flag) => !/^--(?:http|https|healthz)-port|^--shutdown/.test(flag));
  const controller = new Running([
    "/nginx-ingress-controller",
    ...pasted,
    ...ports,
    `--apiserver-host=${fake.url}`,
    "--shutdown-grace-period=0",
    "--bind=127.0.0.1",
  ]);
  const [, port] = await controller.until("stderr", /"health":(\d+)/);
  expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
  expect(controller.stderr).toMatch(/process(?:es)? serves? \(--workers auto\): /);
  expect(await controller.end("SIGTERM")).toBe(0);
});
