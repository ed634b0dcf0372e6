import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { build, type Plugin } from "vite";

import type { Mutant } from "./mutants.ts";
import { writeApp } from "./server-process.ts";

const root = resolve(import.meta.dirname, "../..");

/** Where a build of the soak is, with everything it runs. */
export interface SoakBuild {
  /** With server/server.js. */
  folder: string;
  /** The program of run.ts. */
  runner: string;
}

/** Builds the server and the clients, each with the mutant where it is its. */
export async function buildSoak(mutant: Mutant | null = null): Promise<SoakBuild> {
  // Inside the checkout, because the bundles find their packages by walking up from where they lie.
  mkdirSync(join(root, ".cache"), { recursive: true });
  const folder = mkdtempSync(join(root, ".cache/soak-"));
  try {
    await buildInto(folder, mutant);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
  return { folder, runner: join(folder, "client/run.mjs") };
}

async function buildInto(folder: string, mutant: Mutant | null): Promise<void> {
  writeApp(folder);
  const plugins = (side: Mutant["side"]): Plugin[] => (mutant?.side === side ? [mutation(mutant)] : []);
  await build({
    root,
    configFile: join(root, "vite.server.config.ts"),
    logLevel: "error",
    plugins: plugins("server"),
    build: { outDir: join(folder, "server"), sourcemap: false },
  });
  await build({
    root,
    configFile: false,
    logLevel: "error",
    publicDir: false,
    plugins: plugins("client"),
    build: {
      ssr: "tests/soak/run.ts",
      outDir: join(folder, "client"),
      target: "node20",
      minify: false,
      rollupOptions: { output: { entryFileNames: "run.mjs" } },
    },
  });
}

/** Replaces one piece of one file's text. Errors: it is not there, or more than once. */
export function mutation({ name, file, find, replace }: Mutant): Plugin {
  const path = join(root, file);
  let done = false;
  return {
    name: `soak-mutant-${name}`,
    enforce: "pre",
    transform(code, id) {
      if (id !== path) return undefined;
      const pieces = code.split(find);
      if (pieces.length !== 2)
        throw new Error(`Mutant ${name}: its text is ${pieces.length - 1} times in ${file}.`);
      done = true;
      return { code: pieces.join(replace), map: null };
    },
    buildEnd(error) {
      if (!error && !done) throw new Error(`Mutant ${name}: ${file} is no part of what was built.`);
    },
  };
}
