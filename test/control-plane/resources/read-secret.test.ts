import { expect, test } from "vitest";
import { read } from "./read.ts";

const HEAD = "apiVersion: v1\nkind: Secret\nmetadata: { name: tls }\ntype: kubernetes.io/tls\n";

test("data is decoded, stringData wins", () => {
  const manifest = read(`${HEAD}data:
  a: aGVsbG8=
  b: |
    aGVs
    bG8=
  c: aGVsbG8=
  d: ""
  e:
  f: w7w=
stringData:
  c: plain
`);
  expect(manifest.diagnostics).toEqual([]);
  expect(manifest.resources).toMatchObject([
    { type: "kubernetes.io/tls", data: { a: "hello", b: "hello", c: "plain", d: "", e: "", f: "ü" } },
  ]);
  expect(read("apiVersion: v1\nkind: Secret\nmetadata: { name: x }").resources).toMatchObject([
    { type: "Opaque", data: {} },
  ]);
});

const BAD: [string, string, string, number][] = [
  ["data:\n  k: geheim!", "data.k is not base64", "Encode it with base64 -w0, or move it to stringData", 6],
  ["data:\n  k: geheim", "data.k is not base64", "Encode it with base64 -w0, or move it to stringData", 6],
  [
    "data:\n  k: |\n    -----BEGIN GEHEIM",
    "data.k is not base64",
    "Move it to stringData, which takes PEM as it is",
    6,
  ],
  ["data:\n  tls.key: [geheim]", 'data["tls.key"] must be a string, but is a list', "Put it in quotes", 6],
  ["stringData:\n  k: 12345", "stringData.k must be a string, but is a number", "Put it in quotes", 6],
  ["data: geheim", "data must be a map, but is a string", 'Write "key: value" lines, indented below data', 5],
  [
    "stringData: [geheim]",
    "stringData must be a map, but is a list",
    'Write "key: value" lines, indented below stringData',
    5,
  ],
];

test.each(BAD)("a bad value costs that value, and is never quoted: %j", (text, message, remedy, line) => {
  const { resources, diagnostics } = read(HEAD + text);
  expect(diagnostics).toMatchObject([{ severity: "error", scope: "object", message, remedy, object: { line } }]);
  expect(JSON.stringify(diagnostics)).not.toMatch(/geheim|12345/i);
  expect(resources).toMatchObject([{ kind: "Secret", metadata: { name: "tls" }, data: {} }]);
});

test("a bad value leaves the good ones", () => {
  const { resources } = read(`${HEAD}data:\n  bad: "*"\n  good: aGVsbG8=\n`);
  expect(resources).toMatchObject([{ data: { good: "hello" } }]);
});
