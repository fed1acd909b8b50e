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
  await allServed(load);
});
