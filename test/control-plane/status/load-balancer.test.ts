import { expect, test } from "vitest";
import { addressesOfService, inOrder, textOf } from "../../../src/control-plane/status/load-balancer.ts";

const balanced = { loadBalancer: { ingress: [{ hostname: "lb.example.com" }, { ip: "203.0.113.9" }] } };

test.each([
  [
    "a load balancer's, and external addresses",
    { spec: { type: "LoadBalancer", externalIPs: ["198.51.100.7"] }, status: balanced },
    "198.51.100.7 203.0.113.9 lb.example.com",
  ],
  ["none while the load balancer is being made", { spec: { type: "LoadBalancer", clusterIP: "10.0.0.1" } }, ""],
  ["the cluster's own", { spec: { type: "ClusterIP", clusterIP: "10.0.0.1" } }, "10.0.0.1"],
  ["the cluster's own, where no type is written", { spec: { clusterIP: "10.0.0.1" } }, "10.0.0.1"],
  ["none of a headless Service", { spec: { type: "ClusterIP", clusterIP: "None" } }, ""],
  [
    "external addresses of node ports",
    { spec: { type: "NodePort", clusterIP: "10.0.0.1", externalIPs: ["198.51.100.7"] } },
    "198.51.100.7",
  ],
  ["the cluster's own where there are none", { spec: { type: "NodePort", clusterIP: "10.0.0.1" } }, "10.0.0.1"],
  ["a name", { spec: { type: "ExternalName", externalName: "ingress.example.com" } }, "ingress.example.com"],
])("where a Service is reached: %s", (_, service, text) => {
  expect(textOf(addressesOfService(service))).toBe(text);
});

test("IP addresses and names are told apart, each is there once", () => {
  expect(inOrder(["b.example.com", "2001:db8::1", "203.0.113.9", "", "203.0.113.9"])).toEqual([
    { ip: "2001:db8::1" },
    { ip: "203.0.113.9" },
    { hostname: "b.example.com" },
  ]);
});
