// @ts-check
import { fileURLToPath } from "node:url";
import { build } from "vite";

const ENTRY = fileURLToPath(new URL("../../tests/support/python/browser-cells.ts", import.meta.url));

/**
 * The notebook suite, which is written in TypeScript.
 * @returns {Promise<typeof import("../../tests/support/python/browser-cells.ts")>}
 */
export async function loadCells() {
  const built = await build({
    configFile: false,
    logLevel: "error",
    build: { write: false, minify: false, lib: { entry: ENTRY, formats: ["es"], fileName: "cells" } },
  });
  const output = Array.isArray(built) ? built[0] : built;
  if (!output || !("output" in output)) throw new Error("The cells were not built.");
  return import(`data:text/javascript,${encodeURIComponent(output.output[0].code)}`);
}
