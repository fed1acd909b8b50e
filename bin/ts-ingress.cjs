#!/usr/bin/env node
// The `ts-ingress` command: the built program where there is one (an installed package), else the sources (a checkout).
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { runWithNode } = require("./node-runtime.cjs");

const sources = path.join(__dirname, "..", "src", "main.ts");
const built = path.join(__dirname, "..", "dist", "main.js");
runWithNode(fs.existsSync(sources) ? sources : built, process.argv.slice(2));
