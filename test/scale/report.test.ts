import { expect, test } from "vitest";
import { markdown } from "./report.ts";

test("columns share their lines; what only one has stands where it has it", () => {
  const figures = (...pairs: [string, string][]) => pairs.map(([what, figure]) => ({ what, figure }));
  const report = {
    date: "2026-11-25T18:10:00.000Z",
    node: "v24.0.0",
    kernel: "Linux 6",
    cpu: "2 × cpu",
    facts: ["For 20 s"],
    tables: [
      {
        title: "ts-ingress",
        columns: [
          { title: "2,500 Ingresses", figures: figures(["start", "2 s"], ["failed", "0"]) },
          {
            title: "real",
            figures: figures(["created", "60 s"], ["start", "5 s"], ["writes", "3 ms"], ["failed", "1"]),
          },
        ],
      },
    ],
  };
  expect(markdown(report).split("\n")).toEqual([
    "| ts-ingress | 2,500 Ingresses | real |",
    "| ---------- | --------------- | ---- |",
    "| created    | -               | 60 s |",
    "| start      | 2 s             | 5 s  |",
    "| writes     | -               | 3 ms |",
    "| failed     | 0               | 1    |",
    "",
    "- 2026-11-25, 18:10 UTC. Node v24.0.0, Linux 6, 2 × cpu",
    "- For 20 s",
    "",
  ]);
});
