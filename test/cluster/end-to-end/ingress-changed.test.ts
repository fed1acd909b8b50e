import { ingress, service, slice } from "./objects.ts";
import { allServed, HOST, scenario } from "./stage.ts";

scenario("an Ingress is changed under load: requests go where it says now, none fails", async (stage) => {
  await stage.putTlsSecret("tls", await stage.issue(HOST));
  const [blue, green] = [await stage.pod("blue"), await stage.pod("green")];
  const services = [service("blue"), slice("blue", [blue]), service("green"), slice("green", [green])];
  await stage.kubectl.apply([ingress("web", HOST, [{ service: "blue" }]), ...services]);
  const load = stage.load((await stage.controller()).https);
  await load.until("blue", ({ pod }) => pod === "blue");

  await stage.kubectl.apply([ingress("web", HOST, [{ service: "green" }])]);
  await load.only("green", ({ pod }) => pod === "green");

  // A second path, and gone again.
  await stage.kubectl.apply([ingress("web", HOST, [{ service: "blue" }, { path: "/a", service: "green" }])]);
  await load.until("blue again", ({ pod }) => pod === "blue");
  await load.until("green below /a", ({ pod, body }) => pod === "green" && body.startsWith("green /a"));
  await stage.kubectl.apply([ingress("web", HOST, [{ service: "blue" }])]);
  await load.only("blue alone", ({ pod }) => pod === "blue");
  await allServed(load);
});
