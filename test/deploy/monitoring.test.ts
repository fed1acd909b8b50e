import { describe, expect, test } from "vitest";
import { OWN_METRICS } from "../../src/telemetry/metrics/own-metrics.ts";
import { documents, KUSTOMIZE, type Manifest, read } from "./documents.ts";

const FOLDER = "components/monitoring";
const dashboard: Manifest = JSON.parse(read(KUSTOMIZE, FOLDER, "ts-ingress.json"));
const rules = documents(read(KUSTOMIZE, FOLDER, "prometheus-rule.yaml"))[0].spec.groups.flatMap(
  (group: Manifest) => group.rules,
) as Manifest[];

/** Labels that Prometheus gives by itself, or that ours become where it has one of that name. */
const OF_PROMETHEUS = ["namespace", "pod", "exported_namespace", "exported_service", "le"];

const queries: [string, string][] = [
  ...dashboard.panels.flatMap((panel: Manifest) =>
    (panel.targets ?? []).map((target: Manifest) => [panel.title, target.expr]),
  ),
  ...dashboard.templating.list.flatMap((one: Manifest) =>
    one.definition === undefined ? [] : [[`variable ${one.name}`, one.definition]],
  ),
  ...rules.map((rule) => [`alert ${rule.alert}`, rule.expr]),
];

describe("the dashboard and the alerts", () => {
  test("ask for enough to be worth a test", () => {
    expect(queries.length).toBeGreaterThan(50);
  });

  test.each(queries)("%s asks for metrics that there are", (_, query) => {
    const names = query.match(/ts_ingress_\w+/g) ?? [];
    expect(names.length).toBeGreaterThan(0);
    for (const name of names) {
      const histogram = /^(.*)_(?:bucket|sum|count)$/.exec(name)?.[1];
      const metric = OWN_METRICS[(histogram ?? name) as keyof typeof OWN_METRICS];
      expect(metric?.type === "histogram", name).toBe(histogram !== undefined);
      expect(metric, name).toBeDefined();
    }
  });

  test.each(queries)("%s asks for labels that they have", (_, query) => {
    const metrics = (query.match(/ts_ingress_\w+/g) ?? []).map((name) => name.replace(/_(?:bucket|sum|count)$/, ""));
    const labels = new Set(
      metrics.flatMap((name) => [...(OWN_METRICS[name as keyof typeof OWN_METRICS]?.labels ?? [])] as string[]),
    );
    const asked = [
      ...[...query.matchAll(/(\w+)\s*=~?\s*"/g)].map(([, label]) => label ?? ""),
      ...[...query.matchAll(/\bby \(([^)]*)\)/g)].flatMap(([, list]) => (list ?? "").split(/,\s*/)),
      ...[...query.matchAll(/label_values\(.*, (\w+)\)$/g)].map(([, label]) => label ?? ""),
    ];
    const written = asked.map((label) => label.replace(/^exported_/, ""));
    expect(written.filter((label) => !labels.has(label) && !OF_PROMETHEUS.includes(label))).toEqual([]);
    // `namespace` and `service` of ours are told apart by the prefix.
    const ours = asked.filter((label) => label.startsWith("exported_")).map((label) => label.slice("exported_".length));
    expect(ours.filter((label) => !labels.has(label))).toEqual([]);
  });

  test("every alert says what is the matter, and how bad it is", () => {
    for (const { alert, labels, annotations } of rules) {
      expect(["critical", "warning", "info"], alert).toContain(labels.severity);
      expect(annotations.summary, alert).toMatch(/\.$/);
    }
  });

  test("no two panels have the same number, and none lies on another", () => {
    const ids = dashboard.panels.map((panel: Manifest) => panel.id);
    expect(new Set(ids).size).toBe(ids.length);
    const taken = new Set<string>();
    for (const { title, gridPos } of dashboard.panels) {
      expect(gridPos.x + gridPos.w, title).toBeLessThanOrEqual(24);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x++) {
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y++) {
          expect(taken, title).not.toContain(`${x} ${y}`);
          taken.add(`${x} ${y}`);
        }
      }
    }
  });
});
