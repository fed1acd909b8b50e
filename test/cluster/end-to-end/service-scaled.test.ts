import { ingress, service, slice } from "./objects.ts";
import { allServed, HOST, scenario } from "./stage.ts";

scenario("a Service is scaled up, down and rolled by its EndpointSlice under load: no request fails", async (stage) => {
  await stage.putTlsSecret("tls", await stage.issue(HOST));
  const first = await stage.pod("one");
  await stage.kubectl.apply([ingress("web", HOST, [{ service: "web" }]), service("web"), slice("web", [first])]);
  const load = stage.load((await stage.controller()).https);
  await load.until("one", ({ pod }) => pod === "one");

  const [second, third] = [await stage.pod("two"), await stage.pod("three")];
  await stage.kubectl.apply([slice("web", [first, second, third])]);
  await load.until("two", ({ pod }) => pod === "two");
  await load.until("three", ({ pod }) => pod === "three");

  // As a pod ends: first it is said to, then it stops accepting while it answers what it was asked, then it is gone.
  await stage.kubectl.apply([slice("web", [second, third], [first])]);
  await load.only("not one", ({ pod }) => pod !== "one");
  await first.end();
  await stage.kubectl.apply([slice("web", [second, third])]);
  await load.more(100);

  const fourth = await stage.pod("four");
  await stage.kubectl.apply([slice("web", [fourth])]);
  await load.only("four", ({ pod }) => pod === "four");
  await Promise.all([second.end(), third.end()]);
  await load.more(100);
  await allServed(load);
});
