// `node tools/run.cjs SCRIPT ARGS…` runs a script of this checkout under Node 24, whatever Node npm itself runs on.
"use strict";
const path = require("node:path");
const { runWithNode } = require("../bin/node-runtime.cjs");

runWithNode(path.resolve(process.argv[2]), process.argv.slice(3));
