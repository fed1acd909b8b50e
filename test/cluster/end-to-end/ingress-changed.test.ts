import { ingress, service, slice } from "./objects.ts";
import { allServed, HOST, scenario } from "./stage.ts";

scenario("an Ingress is changed under load: requests go where it says now, none fails", async (stage) => {
  await stage.putTlsSecret("tls", await stage.issue(HOST));
  const [blue, green] = [await stage.pod("blue"), await stage.pod("green")];
  const services = [service("blue"), slice("blue", [blue]), service("green"), slice("green", [green])];
  await stage.kubectl.apply([ingress("web", HOST, [{ service: "blue" }]), ...services]);
  const load = stage.load((await stage.controller()).https, "/a/");
  await load.until("blue", ({ pod }) => pod === "blue");

  await stage.kubectl.apply([ingress("web", HOST, [{ service: "green" }])]);
  await load.only("green", ({ pod }) => pod === "green");

  // The longest path has it, for as long as it is there.
  await stage.kubectl.apply([ingress("web", HOST, [{ service: "green" }, { path: "/a", service: "blue" }])]);
  await load.only("blue below /a", ({ pod }) => pod === "blue");
  await stage.kubectl.apply([ingress("web", HOST, [{ service: "green" }])]);
  await load.only("green again", ({ pod }) => pod === "green");
  await allServed(load);
});
