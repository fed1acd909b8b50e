import type { Ingress } from "../resources/ingress.ts";
import { readHost } from "./hosts.ts";

/** The hosts an Ingress speaks for, each once, as virtual hosts are named: those of its rules, or "*" where it has no rules. */
export function ruleHosts(ingress: Ingress): readonly string[] {
  const { rules } = ingress.spec;
  if (rules.length === 0) return ["*"];
  const hosts = rules.flatMap((rule) => {
    const reading = rule === null ? null : readHost(rule.host);
    return reading !== null && "host" in reading ? [reading.host] : [];
  });
  return [...new Set(hosts)];
}
