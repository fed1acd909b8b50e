import path from "node:path";
import { defineConfig } from "vitest/config";

// What Node has made of a source is kept for the next process that reads it: half of what it costs to start one.
process.env["NODE_COMPILE_CACHE"] ??= path.join(import.meta.dirname, "node_modules/.cache/ts-ingress-compiled");

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Every core: without this one is left idle, which of two is half.
    maxWorkers: "100%",
    // Real sockets and real certificates: slow machines need room, nothing asserts on time.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    restoreMocks: true,
  },
});
