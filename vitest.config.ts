import path from "node:path";
import { defineConfig } from "vitest/config";

// What Node has made of a source is kept for the next process that reads it: half of what it costs to start one.
process.env["NODE_COMPILE_CACHE"] ??= path.join(import.meta.dirname, "node_modules/.cache/ts-ingress-compiled");

/** Rooms whose tests are about functions of their arguments alone: no socket, no process, no clock. Their files share processes, which are not started for each. */
const FUNCTIONS = [
  "control-plane/resources",
  "control-plane/translate",
  "data-plane/exchange",
  "data-plane/http",
  "data-plane/middleware",
  "data-plane/proxy-protocol",
  "data-plane/route-table",
  "data-plane/upstreams/health",
  "golden",
  "snapshot",
].map((room) => `test/${room}/**/*.test.ts`);

export default defineConfig({
  test: {
    // Every core: by default one is left idle, which of two is half.
    maxWorkers: "100%",
    // Real sockets and real certificates: slow machines need room, nothing asserts on time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    restoreMocks: true,
    projects: [
      { extends: true, test: { name: "functions", include: FUNCTIONS, isolate: false } },
      { extends: true, test: { name: "all else", include: ["test/**/*.test.ts"], exclude: FUNCTIONS } },
    ],
  },
});
