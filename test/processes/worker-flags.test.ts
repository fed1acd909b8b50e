import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { programFolders } from "../../src/processes/program-folders.ts";
import { memoryFlags, workerFlags } from "../../src/processes/worker-flags.ts";

const ROOT = path.join(import.meta.dirname, "../..");

/** Each line of the answer is what an attempt came to. */
const ATTEMPTS = `
  const fs = require("node:fs");
  const attempt = (what, how) => {
    try { how(); console.log(what, "allowed"); } catch (error) { console.log(what, error.code); }
  };
  attempt("program", () => fs.readFileSync(${JSON.stringify(path.join(ROOT, "src/main.ts"))}));
  attempt("passwd", () => fs.readFileSync("/etc/passwd"));
  attempt("neighbour", () => fs.readFileSync(${JSON.stringify(path.join(ROOT, "README.md"))}));
  attempt("environment", () => fs.readFileSync("/proc/self/environ"));
  attempt("write", () => fs.writeFileSync(${JSON.stringify(path.join(ROOT, "src/written"))}, ""));
  attempt("program start", () => require("node:child_process").spawn("true"));
  attempt("thread", () => new (require("node:worker_threads").Worker)("0", { eval: true }));
  attempt("addon", () => process.dlopen({ exports: {} }, "/tmp/none.node"));
  require("node:net").createServer().listen(0, "127.0.0.1", function () { console.log("listen allowed"); this.close(); });
  require("node:dns").lookup("localhost", (error) => console.log("lookup", error === null ? "allowed" : error.code));
`;

test("a worker reads the program alone, writes and starts nothing, and uses the network", async () => {
  const flags = workerFlags(programFolders(), 64);
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, "-e", ATTEMPTS], { env: {} });
  expect(stdout.trim().split("\n").toSorted()).toEqual([
    "addon ERR_DLOPEN_DISABLED",
    "environment ERR_ACCESS_DENIED",
    "listen allowed",
    "lookup allowed",
    "neighbour ERR_ACCESS_DENIED",
    "passwd ERR_ACCESS_DENIED",
    "program allowed",
    "program start ERR_ACCESS_DENIED",
    "thread ERR_ACCESS_DENIED",
    "write ERR_ACCESS_DENIED",
  ]);
});

test("young objects get a sixteenth of the heap, and 16 MB where nothing limits it", () => {
  expect(memoryFlags(null)).toEqual(["--max-semi-space-size=16"]);
  expect(memoryFlags(1000)).toEqual(["--max-old-space-size=1000", "--max-semi-space-size=16"]);
  expect(memoryFlags(64)).toEqual(["--max-old-space-size=64", "--max-semi-space-size=4"]);
  expect(memoryFlags(8)).toEqual(["--max-old-space-size=8", "--max-semi-space-size=1"]);
});
