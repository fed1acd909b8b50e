// Kubernetes CVE-2019-11253 and its like: one object, no larger than may be stored, that takes minutes or gigabytes of whoever reads it.
import { describe, expect, test } from "vitest";
import type { Ingress, IngressRule, IngressTls } from "../../src/control-plane/resources/ingress.ts";
import { makePair } from "../support/make-pair.ts";
import { ingress, nginx, path, service, tlsSecret, translated } from "../support/resources.ts";

const HOSTS = 400;
/** Times that each rule may be looked at, whatever there is besides: with the square it would be at least HOSTS times. */
const LOOKS = 60;
/** What is said of each host, rule and entry, at most. */
const SAYINGS = 4;

const hosts = Array.from({ length: HOSTS }, (_, index) => `h${index}.t.example`);
const others = hosts.map((host) => host.replace(".t.", ".u."));
const entries = (make: (index: number) => IngressTls): IngressTls[] => hosts.map((_, index) => make(index));

/** Rules whose hosts count how often they are looked at. */
function counted(paths: IngressRule["paths"]): { rules: IngressRule[]; looks: () => number } {
  let looks = 0;
  const rules = hosts.map((host) => {
    const rule: IngressRule = paths === undefined ? {} : { paths };
    Object.defineProperty(rule, "host", { enumerable: true, get: () => ((looks += 1), host) });
    return rule;
  });
  return { rules, looks: () => looks };
}

const ROOT = [path("/", "web:80")];
const PASSED = nginx({ "ssl-passthrough": "true" });

interface Case {
  readonly paths?: IngressRule["paths"];
  readonly tls?: readonly IngressTls[];
  readonly annotations?: Record<string, string>;
  readonly beside?: boolean;
}

describe("the work for an Ingress of many hosts grows with their number", () => {
  test.each<[string, Case]>([
    ["names of tls that no rule is for", { tls: [{ hosts: others, secretName: "tls" }] }],
    ["entries of tls without hosts", { tls: entries((index) => ({ hosts: [], secretName: `s${index}` })) }],
    ["one Secret again and again", { tls: entries(() => ({ hosts: [], secretName: "tls" })) }],
    ["a protection of whole hosts that cannot be had", { annotations: nginx({ "auth-tls-secret": "default/none" }) }],
    ["the same beside another Ingress", { annotations: nginx({ "auth-tls-secret": "default/none" }), beside: true }],
    ["hosts passed through without a path", { annotations: PASSED, tls: entries(() => ({ hosts: [] })) }],
    [
      "hosts passed through, with a Secret for all of them, often",
      { paths: ROOT, annotations: PASSED, tls: entries((index) => ({ hosts: [], secretName: `s${index}` })) },
    ],
    ["hosts passed through, each with its Secret", { paths: ROOT, annotations: PASSED, tls: [{ hosts }] }],
  ])("%s", async (_what, { paths, tls = [], annotations = {}, beside = false }) => {
    const { rules, looks } = counted(paths);
    const large = ingress("t/large", { rules, tls }, annotations);
    const other: Ingress[] = beside ? [ingress("t/beside", { rules })] : [];
    const secret = tlsSecret("t/tls", await makePair(["*.v.example"]));
    const { diagnostics } = translated([large, ...other, service("t/web"), secret]);
    expect(looks()).toBeLessThan(HOSTS * LOOKS);
    expect(diagnostics.length).toBeLessThan(HOSTS * SAYINGS);
  });
});
