import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import solid from "vite-plugin-solid";

const here = fileURLToPath(new URL(".", import.meta.url));

/** Builds the harness page; `--outDir` says where to. */
export default defineConfig({
  root: here,
  publicDir: fileURLToPath(new URL("../../../public", import.meta.url)),
  base: "./",
  plugins: [solid()],
  build: { target: "es2022", emptyOutDir: true, modulePreload: { polyfill: false } },
});
