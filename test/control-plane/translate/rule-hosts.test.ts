import { expect, test } from "vitest";
import { ruleHosts } from "../../../src/control-plane/translate/rule-hosts.ts";
import { backend, ingress } from "../../support/resources.ts";

test("the hosts of rules, each once; those that cannot be read or are no hosts say nothing", () => {
  const rules = [
    { host: "b.example.com" },
    null,
    { host: "*.a.example.com" },
    { host: "b.example.com" },
    { host: "A" },
  ];
  expect(ruleHosts(ingress("in", { rules }))).toEqual(["b.example.com", "*.a.example.com"]);
});

test("a rule without host, and an Ingress without rules, speak for what no other host is", () => {
  expect(ruleHosts(ingress("in", { rules: [{}, { host: "" }] }))).toEqual(["*"]);
  expect(ruleHosts(ingress("in", { rules: [], defaultBackend: backend("web:80") }))).toEqual(["*"]);
});
