import { expect, test } from "vitest";
import { parseManifest } from "../../../src/control-plane/sources/parse-manifest.ts";
import { service } from "./temp-folder.ts";

function names(text: string): string[] {
  return parseManifest(text, "web.yaml").resources.map((resource) => resource.metadata.name);
}

function problems(text: string): [string, number | undefined, string, string][] {
  return parseManifest(text, "web.yaml").diagnostics.map(({ code, object, message, remedy }) => {
    expect(object).toMatchObject({ kind: "File", namespace: "", name: "web.yaml", file: "web.yaml" });
    return [code, object.line, message, remedy];
  });
}

test("several documents, comments, Windows line ends, a byte order mark", () => {
  expect(names(`\uFEFF# first\n${service("a")}---\n\n---\n${service("b")}...\n`)).toEqual(["a", "b"]);
  expect(names(`${service("a")}---\n${service("b")}`.replaceAll("\n", "\r\n"))).toEqual(["a", "b"]);
});

test("JSON, indented by tabs, with its lines", () => {
  const object = { apiVersion: "v1", kind: "Service", metadata: { name: "web" }, spec: { ports: [{ port: "80" }] } };
  const text = JSON.stringify(object, null, "\t");
  expect(names(text)).toEqual(["web"]);
  expect(parseManifest(text, "web.json").diagnostics).toMatchObject([{ object: { file: "web.json", line: 10 } }]);
});

test("lines of fields, through anchors, and of the nearest that was written", () => {
  const [resource] = parseManifest(
    `# a comment
apiVersion: v1
kind: Service
metadata:
  name: web
  labels: &labels
    app: web
spec:
  selector: *labels
  ports:
    -
      port: 80
    - name: b
      port: 81
`,
    "web.yaml",
  ).resources;
  const line = (...path: (string | number)[]): number | undefined => resource?.place?.lineOf(path);
  expect(resource?.place?.file).toBe("web.yaml");
  expect(line()).toBe(2);
  expect(line("metadata", "name")).toBe(5);
  expect(line("metadata", "name", "deeper")).toBe(5);
  expect(line("spec", "selector", "app")).toBe(7);
  expect(line("spec", "ports", 0)).toBe(12);
  expect(line("spec", "ports", 1, "port")).toBe(14);
  expect(line("spec", "ports", 1, "targetPort")).toBe(13);
  expect(line("spec", "ports", 7)).toBe(10);
  expect(line("status")).toBe(2);
});

test("merge keys are honoured", () => {
  const text = `apiVersion: v1\nkind: Service\nmetadata: { name: web }\nx: &base { type: NodePort }\nspec:\n  <<: *base\n`;
  expect(parseManifest(text, "web.yaml").resources).toMatchObject([{ spec: { type: "NodePort" } }]);
});

test("a broken document costs that document", () => {
  const text = `${service("a")}---\nkind: [Service\nname: x\n---\n${service("b")}---\nname: : x\n`;
  expect(names(text)).toEqual(["a", "b"]);
  expect(problems(text).map(([code, line]) => [code, line])).toEqual([
    ["FileNotParsed", 9],
    ["FileNotParsed", 18],
  ]);
  expect(parseManifest(text, "web.yaml").broken).toBe(true);
});

const BROKEN: [string, string, number, string, string][] = [
  ["a key twice", "name: a\nname: b\n", 2, 'the key "name" is written twice', "Keep one of the two"],
  [
    "two objects without a line between",
    "kind: A\nkind: B\n",
    2,
    'the key "kind" is written twice',
    "Write a line --- between two objects",
  ],
  ["a lone *", "rules:\n  - host: *\n", 2, "* alone refers to nothing", 'Put it in quotes, or write a name: "*"'],
  ["a tab", "metadata:\n\tname: x\n", 2, "Tabs are not allowed as indentation", "Correct the syntax of the file"],
  [
    "an unquoted wildcard",
    "rules:\n  - host: *.example.com\n",
    2,
    "*.example.com refers to nothing",
    'Put it in quotes: "*.example.com"',
  ],
  [
    "a Helm value",
    "metadata:\n  name: {{ .Values.name }}\n",
    2,
    "a key must be text, not a map or a list",
    "This looks like a Helm template: render it first (helm template CHART > rendered.yaml) and give the result",
  ],
];

test.each(BROKEN)("%s is broken, with a line and a remedy", (_what, text, line, message, remedy) => {
  expect(problems(text)).toEqual([["FileNotParsed", line, message, remedy]]);
});

test("a Helm block is broken, and the remedy is to render it", () => {
  const [problem] = problems("{{- if .Values.ingress.enabled }}\nkind: Ingress\n{{- end }}\n");
  expect(problem?.[3]).toContain("helm template");
});

test("braces inside text are nobody's template", () => {
  expect(
    problems(
      `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: rules }\ndata:\n  alert: |\n    {{ $labels.pod }}\n    {{- end }}\n`,
    ),
  ).toEqual([]);
});

test("an alias bomb is refused at once", () => {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const items = level === 0 ? "x" : `*a${level - 1}`;
    return `a${level}: &a${level} [${Array.from({ length: 9 }, () => items).join(", ")}]\n`;
  });
  expect(problems(levels.join(""))).toMatchObject([
    ["FileNotParsed", 1, "Excessive alias count indicates a resource exhaustion attack", expect.anything()],
  ]);
});

test("nesting without end is refused, and nothing is thrown", () => {
  expect(problems("[".repeat(100_000))).toMatchObject([["FileNotParsed", 1, expect.anything(), expect.anything()]]);
});
