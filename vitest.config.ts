import { defineConfig } from "vitest/config";
import { justBashHook } from "./scripts/just-bash-hook.ts";

export default defineConfig({
  plugins: [justBashHook()],
  test: {
    // So that the hook reaches the library, as it does in the build.
    server: { deps: { inline: ["just-bash"] } },
    include: ["tests/**/*.test.ts"],
    exclude: ["tests/e2e/**", "node_modules/**"],
    testTimeout: 20_000,
  },
});
