import { defineConfig } from "vitest/config";

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
