// The one-way rule of the rooms: a wrong import fails here, types counted. The table is architecture/rooms.ts.
import { posix } from "node:path";
import { describe, expect, test } from "vitest";
import { OF_MANY_FILES } from "./architecture/rooms.ts";
import { barrels, cycles, readAll, type Sources, wrongImports, wrongNames } from "./architecture/rules.ts";

const MAX_LINES = 300;

describe("the rooms of src", () => {
  const sources = readAll("src");

  test("each room imports only what lies below it", () => expect(wrongImports(sources)).toEqual([]));

  test("no import leads back to where it began, types counted", () => expect(cycles(sources)).toEqual([]));

  test("index.ts is the only barrel", () => expect(barrels(sources)).toEqual(["index.ts"]));

  test("file names are in kebab-case and say something", () => expect(wrongNames([...sources.keys()])).toEqual([]));

  test("only settings.ts reads the environment", () => {
    const reading = [...sources].filter(([, text]) =>
      /\bprocess\s*\.\s*env\b|\benv\b[^;]*from "node:process"/.test(text),
    );
    expect(reading.map(([path]) => path)).toEqual(["settings.ts"]);
  });

  test("the door of each plane opens with what comes in, what goes out, what never happens", () => {
    for (const door of [
      "snapshot/snapshot",
      "control-plane/control-plane",
      "data-plane/data-plane",
      "processes/processes",
    ]) {
      expect(sources.get(`${door}.ts`)).toMatch(/^\/\/ .+\n\/\/ In: [\s\S]+?Out: [\s\S]+?\n\/\/ Never: /);
    }
  });

  test("a test has the name of the file it tests", () => {
    const mirrored = /^(?:control-plane|data-plane|processes|snapshot|telemetry|cli)\//;
    const tests = [...readAll("test").keys()].filter((path) => mirrored.test(path) && path.endsWith(".test.ts"));
    const tested = [...sources.keys()].map((path) => path.replace(/\.ts$/, ""));
    const lost = tests.filter(
      (path) => !tested.some((file) => path === `${file}.test.ts` || path.startsWith(`${file}-`)),
    );
    expect(tests.length).toBeGreaterThan(20);
    expect(lost.filter((path) => !OF_MANY_FILES.includes(path))).toEqual([]);
  });
});

test.each(["bench", "certs", "docs", "src", "test"])(`no file of %s has more than ${MAX_LINES} lines`, (folder) => {
  const long = [...readAll(folder)].filter(([, text]) => text.split("\n").length - 1 > MAX_LINES);
  expect(long.map(([path]) => path)).toEqual([]);
});

describe("the checks themselves", () => {
  const files = (record: Record<string, string>): Sources => new Map(Object.entries(record));

  test.each([
    ["a plane that imports the other", "data-plane/proxy/a.ts", "control-plane/translate/b.ts"],
    ["the other way round", "control-plane/translate/a.ts", "data-plane/exchange/b.ts"],
    ["the contract that imports a plane", "snapshot/a.ts", "data-plane/exchange/b.ts"],
    ["a rule of HTTP that knows a connection", "data-plane/http/a.ts", "data-plane/http1/b.ts"],
    ["a noun that knows the time", "data-plane/exchange/a.ts", "data-plane/clock.ts"],
    ["a codec that knows the route table", "data-plane/http1/a.ts", "data-plane/route-table/b.ts"],
    ["an upstream that knows the proxy", "data-plane/upstreams/a.ts", "data-plane/proxy/b.ts"],
    ["siblings", "data-plane/route-table/a.ts", "data-plane/upstreams/b.ts"],
    ["a proxy that knows its listener", "data-plane/proxy/a.ts", "data-plane/listeners/b.ts"],
    ["a room that imports its door", "data-plane/proxy/a.ts", "data-plane/data-plane.ts"],
    ["a resource that knows its translation", "control-plane/resources/a.ts", "control-plane/translate/b.ts"],
    ["a source that translates", "control-plane/sources/a.ts", "control-plane/translate/translate.ts"],
    ["a plane that knows the wiring", "data-plane/proxy/a.ts", "telemetry/b.ts"],
    ["certificates that know a plane", "certificates/a.ts", "control-plane/resources/b.ts"],
    ["a file in no room", "plugins/a.ts", "snapshot/b.ts"],
  ])("%s is caught", (_what, from, to) => {
    const relative = posix.relative(posix.dirname(from), to);
    const specifier = relative.startsWith(".") ? relative : `./${relative}`;
    for (const line of [
      `import { b } from "${specifier}";`,
      `import type { b } from "${specifier}";`,
      `import {\n  a,\n  type b,\n} from "${specifier}";`,
      `export { b } from "${specifier}";`,
      `export * from "${specifier}";`,
      `import "${specifier}";`,
      `const b = await import("${specifier}");`,
      `type B = import("${specifier}").B;`,
    ]) {
      const wrong = wrongImports(files({ [from]: `import { x } from "node:x";\n${line}\n`, [to]: "" }));
      expect(wrong).toContain(`${from} imports ${to}`);
    }
  });

  test("a package where it does not belong is caught, and a file that does not exist", () => {
    expect(wrongImports(files({ "snapshot/a.ts": `import { parse } from "yaml";` }))).toHaveLength(1);
    expect(wrongImports(files({ "cli/a.ts": `import { parse } from "yaml";` }))).toEqual([]);
    expect(wrongImports(files({ "snapshot/a.ts": `import "./b.ts";` }))).toHaveLength(1);
  });

  test("a cycle is caught, also one of types", () => {
    const round = files({
      "a.ts": `import type { B } from "./b.ts";`,
      "b.ts": `import { c } from "./c/c.ts";`,
      "c/c.ts": `import type { A } from "../a.ts";`,
    });
    expect(cycles(round)).toEqual(["a.ts > b.ts > c/c.ts > a.ts"]);
    expect(
      cycles(files({ "a.ts": `import "./b.ts";\nimport "./c.ts";`, "b.ts": `import "./c.ts";`, "c.ts": "" })),
    ).toEqual([]);
  });

  test("a barrel is caught", () => {
    expect(
      barrels(files({ "a.ts": `// In\n/** Out */\nexport { b } from "./b.ts";\nexport * from "./c.ts";\n` })),
    ).toHaveLength(1);
    expect(barrels(files({ "a.ts": `export { b } from "./b.ts";\nexport const one = 1;\n`, "b.ts": "" }))).toEqual([]);
  });

  test("names are judged", () => {
    expect(wrongNames(["a/b-c.ts", "http1/x.test.ts", "community.ts"])).toEqual([]);
    const wrong = ["bC.ts", "b_c.ts", "http-utils.ts", "helper.ts", "common/a.ts", "snapshot-manager.ts"];
    expect(wrongNames(wrong)).toEqual(wrong);
  });
});
