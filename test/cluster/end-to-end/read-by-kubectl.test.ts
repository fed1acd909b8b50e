// What somebody sees who has nothing but kubectl: whether an Ingress is served, where, and what is wrong with it.
import { expect } from "vitest";
import { until } from "../until.ts";
import { ingress, service, slice } from "./objects.ts";
import { ADDRESS, allServed, HOST, scenario, type Stage } from "./stage.ts";

const WRONG = {
  "no-service": ["Warning", "ServiceNotFound", "Service default/gone, which does not exist"],
  "no-secret": ["Warning", "SecretNotFound", "kubectl create secret tls absent -n default --cert FILE --key FILE"],
  "no-number": ["Warning", "AnnotationInvalid", 'proxy-read-timeout is "soon" but must be a whole number of seconds'],
} as const;

scenario("kubectl shows the address of every Ingress, and what is wrong with it, until it is right", async (stage) => {
  await stage.putTlsSecret("tls", await stage.issue(HOST, "b.example"));
  const pod = await stage.pod("web");
  const right = {
    "no-service": ingress("no-service", HOST, [{ path: "/a", service: "web" }]),
    "no-secret": ingress("no-secret", "b.example", [{ service: "web" }]),
    "no-number": ingress("no-number", HOST, [{ path: "/c", service: "web" }]),
  };
  const web = ingress("web", HOST, [{ service: "web" }]);
  await stage.kubectl.apply([web, service("web"), slice("web", [pod])]);
  const load = stage.load((await stage.controller()).https);
  await load.until("web", ({ pod: name }) => name === "web");

  const wrong = [
    ingress("no-service", HOST, [{ path: "/a", service: "gone" }]),
    ingress("no-secret", "b.example", [{ service: "web" }], { secret: "absent" }),
    ingress("no-number", HOST, [{ path: "/c", service: "web" }], {
      annotations: { "nginx.ingress.kubernetes.io/proxy-read-timeout": "soon" },
    }),
  ];
  await stage.kubectl.apply(wrong);
  for (const [name, [type, reason, message]] of Object.entries(WRONG)) {
    await until(`kubectl describe says it of ${name}`, async () => (await described(stage, name)).includes(reason));
    // Type, reason, age, from, message.
    const line = (await described(stage, name)).split("\n").find((one) => one.includes(` ${reason} `));
    expect(line?.trim()).toMatch(new RegExp(`^${type} +${reason} .* ts-ingress +.+`));
    expect(line).toContain(message);
    const events = await stage.kubectl.run("get", "events", "--field-selector", `involvedObject.name=${name}`);
    expect(events).toContain(message);
  }
  for (const name of ["web", ...Object.keys(WRONG)]) {
    await until(`${name} has the address`, async () => (await addressShown(stage, name)) === ADDRESS);
  }
  expect(await described(stage, "web")).not.toContain("Warning");

  await stage.kubectl.run("delete", "events", "--all");
  await stage.kubectl.apply(Object.values(right));
  // Each is told that it was seen; what is no longer wrong is not said again.
  for (const name of Object.keys(right)) {
    await until(`${name} is scheduled`, async () => (await described(stage, name)).includes("Scheduled for sync"));
    expect(await described(stage, name)).not.toContain("Warning");
  }
  await allServed(load);
});

function described(stage: Stage, name: string): Promise<string> {
  return stage.kubectl.run("describe", "ingress", name);
}

/** The column ADDRESS of `kubectl get ingress`. */
async function addressShown(stage: Stage, name: string): Promise<string | undefined> {
  const [, line] = (await stage.kubectl.run("get", "ingress", name)).split("\n");
  return line?.split(/ +/)[3];
}
