import { expect, test } from "vitest";
import { ingress, service } from "./manifests.ts";
import { runCli, temporaryFolder } from "./run-cli.ts";

interface Report {
  readonly virtualHost: string | null;
  readonly route: { readonly object: string; readonly place: string; readonly match: string } | null;
  readonly upstream: { readonly endpoint: string | null; readonly how: string } | null;
  readonly problem: string | null;
  readonly nearest: { readonly host: string; readonly why: string } | null;
}

async function explain(url: string, manifest: string): Promise<{ code: number | null; report: Report }> {
  const folder = await temporaryFolder({ "m.yaml": manifest });
  const { code, stdout } = await runCli(["explain", url, folder, "-o", "json"]);
  return { code, report: JSON.parse(stdout) as Report };
}

test("names the route, its object and line, and the endpoint", async () => {
  const { code, report } = await explain(
    "http://shop.example.com/cart/1?x",
    service("web") + ingress({ path: "/cart" }),
  );
  expect(code).toBe(0);
  expect(report).toMatchObject({
    virtualHost: "shop.example.com",
    route: { object: "Ingress default/web", match: "prefix /cart", place: expect.stringMatching(/m\.yaml:\d+$/) },
    upstream: { endpoint: "127.0.0.1:18081" },
    problem: null,
  });
});

test("without a route: exit 1, with the nearest one", async () => {
  const manifest = service("web") + ingress({ path: "/cart" });
  const path = await explain("http://shop.example.com/cartoon", manifest);
  expect(path.code).toBe(1);
  expect(path.report).toMatchObject({ route: null, nearest: { host: "shop.example.com" } });
  expect(path.report.nearest?.why).toContain("whole elements");
  const host = await explain("http://shop.example.org/cart", manifest);
  expect(host.code).toBe(1);
  expect(host.report.nearest).toMatchObject({ host: "shop.example.com" });
});

test("a Service without endpoints is explained, and a map gives it one", async () => {
  const manifest = service("web").split("---\napiVersion: discovery")[0] + ingress();
  const { code, report } = await explain("shop.example.com/", manifest);
  expect(code).toBe(0);
  expect(report.upstream?.endpoint).toBeNull();
  expect(report.problem).toMatch(/^the answer is 503: .*default\/web/);
  const folder = await temporaryFolder({ "m.yaml": manifest });
  const mapped = await runCli(["explain", "shop.example.com/", folder, "--map", "default/web:80=127.0.0.1:3000"]);
  expect(mapped.stdout).toMatch(/^endpoint +127\.0\.0\.1:3000 /m);
});

test("the bundled dashboard: TLS to the pod, http redirected", async () => {
  const { code, stdout } = await runCli([
    "explain",
    "http://k8s.example.com/",
    "deploy/local",
    "--ingress-class",
    "nginx",
  ]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^object +Ingress kubernetes-dashboard\/dashboard-ingress {2}deploy\/local\/kubernetes-dashboard\.yaml:\d+$/m,
  );
  expect(stdout).toMatch(/^endpoint +127\.0\.0\.1:18444 \(the only one\)$/m);
  expect(stdout).toMatch(/^upstream .*HTTPS$/m);
});

test.each([
  ["shop.example.com/status", "127.0.0.1:18081"],
  ["api.example.com/v1/orders", "127.0.0.1:18081"],
  ["api.example.com/v2", "localhost:18081"],
  ["any.apps.example.com/", "127.0.0.1:18081"],
  ["api.example.com/other", "127.0.0.1:18081"],
])("the bundled example serves %s from %s", async (url, endpoint) => {
  const { stdout } = await runCli(["explain", url, "deploy/local", "-o", "json"]);
  expect(JSON.parse(stdout)).toMatchObject({ upstream: { endpoint }, problem: null });
});

test("the redirect is told as it will be: one trailing slash taken off, unless it is to stay", async () => {
  const explained = async (annotation: string): Promise<string> => {
    const secured = ingress({ extra: "  tls: [{ hosts: [shop.example.com] }]\n" });
    const annotated = secured.replace("{ name: web }", `{ name: web, annotations: { ${annotation} } }`);
    const folder = await temporaryFolder({ "m.yaml": service("web") + annotated });
    return (await runCli(["explain", "http://shop.example.com/cart/", folder])).stdout;
  };
  expect(await explained("")).toContain("answered 308 to https://shop.example.com/cart\n");
  expect(await explained('nginx.ingress.kubernetes.io/preserve-trailing-slash: "true"')).toContain(
    "answered 308 to https://shop.example.com/cart/\n",
  );
});

test("a route that must not be served is no success", async () => {
  const { code, report } = await explain("shop.example.com/", ingress());
  expect(report.problem).toContain("does not exist");
  expect(code).toBe(1);
});

test("where no Ingress is of a class that is served, it says so beside the 404", async () => {
  const other = ingress().replace("ingressClassName: ts-ingress", "ingressClassName: nginx");
  const { code, stderr } = await runCli(["explain", "shop.example.com", "-"], {}, other);
  expect(stderr).toContain("-> Add --ingress-class nginx");
  expect(code).toBe(1);
});
