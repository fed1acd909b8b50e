import { CLASS, ingress, service, slice } from "./objects.ts";
import { allServed, HOST, scenario } from "./stage.ts";

scenario("an Ingress comes to our class and leaves it under load: no request fails", async (stage) => {
  await stage.putTlsSecret("tls", await stage.issue(HOST));
  const [blue, green] = [await stage.pod("blue"), await stage.pod("green")];
  const ofClass = (className: string): object =>
    ingress("part", HOST, [{ path: "/part", service: "green" }], { className });
  await stage.kubectl.apply([
    ingress("whole", HOST, [{ service: "blue" }]),
    ofClass("somebody-elses"),
    service("blue"),
    slice("blue", [blue]),
    service("green"),
    slice("green", [green]),
  ]);
  const load = stage.load((await stage.controller()).https, "/part/");
  await load.only("blue", ({ pod }) => pod === "blue");
  await stage.kubectl.apply([ofClass(CLASS)]);
  await load.only("green", ({ pod }) => pod === "green");
  await stage.kubectl.apply([ofClass("somebody-elses")]);
  await load.only("blue again", ({ pod }) => pod === "blue");

  // A class is ours for as long as an IngressClass says so.
  await stage.kubectl.apply([ofClass("late")]);
  await stage.kubectl.apply([ingressClass("late", "ts-ingress.io/controller")]);
  await load.only("green", ({ pod }) => pod === "green");
  await stage.kubectl.run("delete", "ingressclass", "late");
  await load.only("blue again", ({ pod }) => pod === "blue");
  await allServed(load);
});

function ingressClass(name: string, controller: string): object {
  return { apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name }, spec: { controller } };
}
