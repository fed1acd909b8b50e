// Preloaded by Node: the wall clock of a process is as many milliseconds ahead as a file says, while the monotonic clock goes on as ever.
import { readFileSync } from "node:fs";

const file = process.env["JUMP_FILE"] ?? "";
const Real = Date;
let ahead = 0;
setInterval(() => {
  ahead = Number(readFileSync(file, "utf8"));
}, 100).unref();

globalThis.Date = class extends Real {
  constructor(...args: readonly []) {
    if (args.length === 0) super(Real.now() + ahead);
    else super(...args);
  }

  static override now(): number {
    return Real.now() + ahead;
  }
} as DateConstructor;
