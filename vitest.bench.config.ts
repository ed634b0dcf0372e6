import { defineConfig } from "vitest/config";

/** `npm run bench`: measures on the last build and prints tables. Nothing here asserts a time. */
export default defineConfig({
  test: {
    include: ["tests/bench/**/*.bench.ts"],
    testTimeout: 300_000,
    hookTimeout: 60_000,
    fileParallelism: false,
    reporters: ["default"],
  },
});
