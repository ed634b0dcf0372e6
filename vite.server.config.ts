import { defineConfig } from "vite";

/** Bundles the server into one file, dist/server/server.js. Packages stay outside and come from node_modules. */
export default defineConfig({
  publicDir: false,
  build: {
    ssr: "sync-server/server.ts",
    outDir: "dist/server",
    emptyOutDir: true,
    target: "node20",
    minify: false,
    sourcemap: true,
    rollupOptions: { output: { entryFileNames: "server.js" } },
  },
});
