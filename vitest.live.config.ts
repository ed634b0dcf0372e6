import { defineConfig } from "vitest/config";

/** `npm run check:live`: the real services, on a machine with internet. Never part of `npm test`. */
export default defineConfig({
  test: { include: ["tests/live/**/*.live.ts"], testTimeout: 120_000, fileParallelism: false },
});
