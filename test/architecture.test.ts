// The one-way rule of the rooms, as a table. The table is the documentation; a wrong import fails here, types counted.
import { readdirSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "..");
const MAX_LINES = 300;
const KEBAB_CASE = /^[a-z0-9]+(?:-[a-z0-9]+)*(?:\.test)?\.ts$/;
const SAYS_NOTHING = /(?:^|-)(?:utils?|helpers?|common|managers?)(?:-|\.)/;

const PROBLEMS = [
  "control-plane/translate/place.ts",
  "control-plane/translate/diagnostic.ts",
  "control-plane/resources",
  "control-plane/remembered.ts",
  "snapshot",
];

/** A source that follows a cluster. */
const CLUSTER = ["control-plane/sources", "control-plane/kubernetes", "control-plane/timers.ts", ...PROBLEMS];

/** Every room with the rooms it may know besides itself. A room is a folder with what is below it, or one file; the longest name wins. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  // The contract, and what stands on it alone.
  snapshot: [],
  certificates: ["snapshot"],
  "settings.ts": [],
  "linear-pattern.ts": [],
  "address-range.ts": [],
  "log.ts": [],
  "listen.ts": [],

  // Turns resources into snapshots. Problems as data, and where they are, lie below the rooms that find some.
  "control-plane/translate/diagnostic.ts": ["snapshot"],
  "control-plane/nearest-name.ts": [],
  "control-plane/resources": ["control-plane/translate/diagnostic.ts", "control-plane/nearest-name.ts", "snapshot"],
  "control-plane/translate/place.ts": ["control-plane/resources", "snapshot"],
  "control-plane/translate": ["linear-pattern.ts", "address-range.ts", "control-plane/nearest-name.ts", ...PROBLEMS],
  "control-plane/timers.ts": [],
  "control-plane/remembered.ts": [],
  "control-plane/kubernetes": ["control-plane/timers.ts"],
  "control-plane/sources/cluster.ts": ["control-plane/sources/cluster", ...CLUSTER],
  "control-plane/sources/cluster": CLUSTER,
  "control-plane/sources": PROBLEMS,
  "control-plane/admission": [
    "listen.ts",
    "control-plane/kubernetes",
    "control-plane/timers.ts",
    "control-plane/translate",
    ...PROBLEMS,
    "certificates",
  ],
  "control-plane/status": [
    "control-plane/kubernetes",
    "control-plane/timers.ts",
    "control-plane/translate",
    ...PROBLEMS,
  ],
  "control-plane": [
    "control-plane/admission",
    "control-plane/sources",
    "control-plane/status",
    "control-plane/timers.ts",
    "control-plane/translate",
    ...PROBLEMS,
  ],

  // Serves requests by snapshots.
  "data-plane/clock.ts": [],
  "data-plane/stall.ts": [],
  "data-plane/limits.ts": [],
  "data-plane/certificate-chain.ts": [],
  "data-plane/deadlines.ts": ["data-plane/clock.ts"],
  "data-plane/overload": below("data-plane/exchange"),
  "data-plane/exchange": ["snapshot", "data-plane/http"],
  "data-plane/http": ["snapshot", "address-range.ts", "data-plane/exchange"],
  "data-plane/http1": below("data-plane/http", "data-plane/exchange"),
  "data-plane/http2": below("data-plane/http1", "data-plane/http", "data-plane/exchange"),
  "data-plane/route-table": below("data-plane/http", "data-plane/exchange"),
  "data-plane/middleware": ["linear-pattern.ts", ...below("data-plane/http", "data-plane/exchange")],
  "data-plane/upstreams/health": ["data-plane/exchange"],
  "data-plane/upstreams": below(
    "data-plane/upstreams/health",
    "data-plane/http2",
    "data-plane/http1",
    "data-plane/http",
    "data-plane/exchange",
  ),
  "data-plane/proxy-protocol": below("data-plane/exchange"),
  "data-plane/streams": below(
    "data-plane/proxy-protocol",
    "data-plane/upstreams",
    "data-plane/http1",
    "data-plane/http",
    "data-plane/exchange",
  ),
  "data-plane/proxy": below(
    "data-plane/route-table",
    "data-plane/middleware",
    "data-plane/upstreams",
    "data-plane/http1",
    "data-plane/http",
    "data-plane/exchange",
  ),
  "data-plane/listeners": below(
    "data-plane/streams",
    "data-plane/proxy-protocol",
    "data-plane/proxy",
    "data-plane/http2",
    "data-plane/http1",
    "data-plane/http",
    "data-plane/exchange",
  ),
  "data-plane": below(
    "data-plane/overload",
    "data-plane/upstreams/health",
    "data-plane/listeners",
    "data-plane/streams",
    "data-plane/proxy",
    "data-plane/route-table",
    "data-plane/middleware",
    "data-plane/upstreams",
    "data-plane/http2",
    "data-plane/http1",
    "data-plane/http",
    "data-plane/exchange",
  ),

  // The wiring: may know both planes, and nobody below may know it.
  telemetry: [
    "linear-pattern.ts",
    "listen.ts",
    "snapshot",
    "log.ts",
    "control-plane",
    "control-plane/translate/diagnostic.ts",
    "control-plane/admission",
    ...plane("data-plane"),
  ],
  "connection-limit.ts": ["data-plane/limits.ts"],
  "memory-limit.ts": [],
  processes: ["snapshot", "memory-limit.ts", "settings.ts", "log.ts", "telemetry", ...plane("data-plane")],
  "gateway.ts": [
    "processes",
    "connection-limit.ts",
    "memory-limit.ts",
    "snapshot",
    "certificates",
    "log.ts",
    "telemetry",
    ...plane("control-plane"),
    ...plane("data-plane"),
  ],
  cli: [
    "snapshot",
    "address-range.ts",
    "certificates",
    "settings.ts",
    "listen.ts",
    "log.ts",
    "telemetry",
    "gateway.ts",
    "processes",
    ...plane("control-plane"),
    ...plane("data-plane"),
  ],
  "index.ts": ["snapshot", "telemetry", "gateway.ts", "processes", ...plane("control-plane"), ...plane("data-plane")],
  "main.ts": ["cli", "settings.ts", "log.ts"],
};

/** Packages, each with the rooms that may use it. */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "@kubernetes/client-node/dist/config_types.js": ["control-plane/kubernetes"],
  "@kubernetes/client-node/dist/exec_auth.js": ["control-plane/kubernetes"],
  "@kubernetes/client-node/dist/oidc_auth.js": ["control-plane/kubernetes"],
  commander: ["cli", "main.ts"],
  re2js: ["linear-pattern.ts"],
  "lru-cache": ["certificates", "data-plane/listeners", "processes"],
  selfsigned: ["certificates"],
  yaml: ["control-plane/kubernetes", "control-plane/sources", "cli"],
};

/** Tests of something larger than one file, which for that reason have no source of their name. */
const OF_MANY_FILES = [
  "cli/show.test.ts",
  "cli/usage.test.ts",
  "control-plane/hostile-objects.test.ts",
  "control-plane/incremental.test.ts",
  "control-plane/resources/read-anything.test.ts",
  "control-plane/sources/manifest-folder-watch.test.ts",
  "data-plane/listeners/tls-server-names.test.ts",
];

/** A room of the data plane above these: time and limits lie at the bottom, open to all. */
function below(...rooms: readonly string[]): readonly string[] {
  return [
    ...rooms,
    "snapshot",
    ...["clock.ts", "stall.ts", "limits.ts", "deadlines.ts", "certificate-chain.ts"].map(
      (file) => `data-plane/${file}`,
    ),
  ];
}

function plane(name: "control-plane" | "data-plane"): readonly string[] {
  return [
    name,
    ...[
      "admission",
      "kubernetes",
      "resources",
      "sources",
      "sources/cluster.ts",
      "sources/cluster",
      "status",
      "timers.ts",
    ].map((room) => `${name}/${room}`),
    ...["translate", "translate/diagnostic.ts", "translate/place.ts"].map((room) => `${name}/${room}`),
    ...[
      "exchange",
      "http",
      "http1",
      "http2",
      "route-table",
      "middleware",
      "upstreams",
      "upstreams/health",
      "proxy",
      "proxy-protocol",
      "streams",
      "listeners",
    ].map((room) => `${name}/${room}`),
    ...["clock.ts", "stall.ts", "limits.ts", "deadlines.ts", "certificate-chain.ts"].map((file) => `${name}/${file}`),
  ];
}

/** Path below src, with "/" everywhere, to text. */
type Sources = ReadonlyMap<string, string>;

const FROM = /^\s*(?:import|export)\b[^;"'`]*?\bfrom\s*["']([^"']+)["']/gm;
const BARE = /^\s*import\s*["']([^"']+)["']/gm;
const DYNAMIC = /\bimport\(\s*["']([^"']+)["']\s*\)/g;

function importsOf(text: string): string[] {
  return [FROM, BARE, DYNAMIC].flatMap((pattern) => [...text.matchAll(pattern)].map((match) => match[1] as string));
}

function roomOf(path: string): string | null {
  const rooms = Object.keys(ROOMS).filter((room) => path === room || path.startsWith(`${room}/`));
  return rooms.reduce<string | null>((best, room) => (room.length > (best ?? "").length ? room : best), null);
}

function wrongImports(sources: Sources): string[] {
  const wrong: string[] = [];
  for (const [path, text] of sources) {
    const room = roomOf(path);
    if (room === null) wrong.push(`${path} is in no room of the table`);
    for (const specifier of importsOf(text)) {
      if (specifier.startsWith("node:")) continue;
      const target = specifier.startsWith(".") ? posix.join(posix.dirname(path), specifier) : null;
      if (target === null) {
        if (!(PACKAGES[specifier] ?? []).includes(room ?? "")) wrong.push(`${path} imports the package ${specifier}`);
        continue;
      }
      if (!sources.has(target)) wrong.push(`${path} imports ${target}, which does not exist`);
      const other = roomOf(target);
      if (other !== room && !(ROOMS[room ?? ""] ?? []).includes(other ?? "")) wrong.push(`${path} imports ${target}`);
    }
  }
  return wrong;
}

/** One line a cycle: the files on it, beginning with the one that closed it. */
function cycles(sources: Sources): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (path: string, trail: readonly string[]): void => {
    const at = trail.indexOf(path);
    if (at >= 0) found.push([...trail.slice(at), path].join(" > "));
    if (at >= 0 || done.has(path)) return;
    for (const specifier of importsOf(sources.get(path) ?? "")) {
      if (specifier.startsWith(".")) walk(posix.join(posix.dirname(path), specifier), [...trail, path]);
    }
    done.add(path);
  };
  for (const path of sources.keys()) walk(path, []);
  return found;
}

/** Files that do nothing but export what others have. */
function barrels(sources: Sources): string[] {
  return [...sources].flatMap(([path, text]) => {
    const code = text.replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
    const own = code.replace(/^\s*(?:import|export)\b[^;"'`]*?\bfrom\s*["'][^"']+["'];?/gm, "");
    return own.trim() === "" && /\bexport\b/.test(code) ? [path] : [];
  });
}

function wrongNames(paths: readonly string[]): string[] {
  return paths.filter((path) => {
    const folders = posix.dirname(path).split("/");
    const name = posix.basename(path);
    return (
      !KEBAB_CASE.test(name) || SAYS_NOTHING.test(name) || folders.some((folder) => SAYS_NOTHING.test(`${folder}.`))
    );
  });
}

function readAll(folder: string): Sources {
  const names = readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" });
  const files = names.map((name) => name.replaceAll("\\", "/")).filter((name) => name.endsWith(".ts"));
  return new Map(files.map((file) => [file, readFileSync(join(ROOT, folder, file), "utf8")]));
}

describe("the rooms of src", () => {
  const sources = readAll("src");

  test("each room imports only what lies below it", () => expect(wrongImports(sources)).toEqual([]));

  test("no import leads back to where it began, types counted", () => expect(cycles(sources)).toEqual([]));

  test("index.ts is the only barrel", () => expect(barrels(sources)).toEqual(["index.ts"]));

  test("file names are in kebab-case and say something", () => expect(wrongNames([...sources.keys()])).toEqual([]));

  test(`no file has more than ${MAX_LINES} lines`, () => {
    const long = [...sources].filter(([, text]) => text.split("\n").length - 1 > MAX_LINES);
    expect(long.map(([path]) => path)).toEqual([]);
  });

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
    const lost = tests.filter((path) => !sources.has(path.replace(/\.test\.ts$/, ".ts")));
    expect(tests.length).toBeGreaterThan(20);
    expect(lost.filter((path) => !OF_MANY_FILES.includes(path))).toEqual([]);
  });
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
