import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { build, defineConfig, type InlineConfig, type Plugin, type Rolldown } from "vite";
import solid from "vite-plugin-solid";
import { justBashHook } from "./scripts/just-bash-hook.ts";
import { licenseNotices } from "./scripts/licenses.ts";

type ChunkingContext = Parameters<
  Extract<Rolldown.CodeSplittingGroup["name"], (...args: never) => unknown>
>[1];

const root = fileURLToPath(new URL(".", import.meta.url));
const appDir = join(root, "dist/app");
const siteDir = join(root, "dist/site");

/** One file that runs as a classic script: service workers and the bridge page cannot load chunks. */
async function buildScript(
  entry: string,
  outDir: string,
  define: Record<string, string> = {},
): Promise<void> {
  const fileName = entry.replace(/^.*\//, "").replace(/\.ts$/, ".js");
  const names: Record<string, string> = { "site-worker.js": "worker.js", "app-worker.js": "sw.js" };
  await build({
    configFile: false,
    root,
    logLevel: "warn",
    define,
    publicDir: false,
    build: {
      outDir,
      emptyOutDir: false,
      target: "es2022",
      lib: {
        entry: join(root, entry),
        formats: ["iife"],
        name: "okcvmScript",
        fileName: () => names[fileName] ?? fileName,
      },
    },
  } satisfies InlineConfig);
}

/** Files of the app that it needs offline, as addresses; everything but the embedding entry and what only the server reads. */
function precacheList(): string[] {
  const files = readdirSync(appDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `/${relative(appDir, join(entry.parentPath, entry.name))}`);
  const kept = files.filter(
    (file) =>
      !file.startsWith("/lib/") &&
      !["/csp.json", "/sw.js", "/index.html", "/licenses.txt"].includes(file) &&
      !/\.(?:map|br|gz)$/.test(file),
  );
  return ["/", ...kept.toSorted()];
}

/** Python's files: the app worker fetches them after the rest. */
const LARGE = /\/assets\/(?:pyodide|python_stdlib|python-worker)/;
/** Fonts, of megabytes: kept when they are used. */
const ON_USE = /\/assets\/.*\.otf$/;

function packageVersion(): string {
  return (JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { version: string }).version;
}

const COMPRESSIBLE = new Set([
  ".js",
  ".wasm",
  ".css",
  ".html",
  ".svg",
  ".json",
  ".webmanifest",
  ".txt",
  ".otf",
]);

/** Compressed siblings, made once here so that the server compresses nothing while it serves. */
function compress(folder: string): void {
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !COMPRESSIBLE.has(extname(entry.name))) continue;
    const path = join(entry.parentPath, entry.name);
    const bytes = readFileSync(path);
    if (bytes.length < 1_024) continue;
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
    writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

/** Builds what runs outside the page's own modules, and what the server must know of the build. */
function extraOutputs(): Plugin {
  return {
    name: "okcvm-extra-outputs",
    apply: "build",
    transformIndexHtml: () => [
      { tag: "meta", attrs: { name: "version", content: packageVersion() }, injectTo: "head" },
    ],
    async closeBundle(failure?: Error) {
      if (failure) return;
      mkdirSync(siteDir, { recursive: true });
      copyFileSync(join(root, "src/sites/bridge.html"), join(siteDir, "bridge.html"));
      await buildScript("src/sites/bridge.ts", siteDir);
      await buildScript("src/sites/site-worker.ts", siteDir);
      const frame = readFileSync(join(root, "src/sandbox/frame/frame-bootstrap.js"), "utf8");
      const hash = createHash("sha256").update(frame).digest("base64");
      writeFileSync(join(appDir, "csp.json"), JSON.stringify({ scriptHashes: [`sha256-${hash}`] }));
      writeFileSync(join(appDir, "licenses.txt"), licenseNotices(root));
      const all = precacheList();
      const [later, onUse] = [LARGE, ON_USE].map((kind) => all.filter((file) => kind.test(file)));
      const files = all.filter((file) => !LARGE.test(file) && !ON_USE.test(file));
      const contents = files.slice(1).map((file) => readFileSync(join(appDir, file)));
      const version = createHash("sha256")
        .update(files.join("\n"))
        .update(Buffer.concat(contents))
        .update(readFileSync(join(appDir, "index.html")))
        .digest("hex");
      await buildScript("src/app-worker.ts", appDir, {
        __PRECACHE__: JSON.stringify(files),
        __LATER__: JSON.stringify(later),
        __ON_USE__: JSON.stringify(onUse),
        __VERSION__: JSON.stringify(version.slice(0, 16)),
      });
      compress(appDir);
    },
  };
}

/** A chunk of all modules that an entry loads at once: many small files take more, and compress worse. */
function atOnce(entry: string, name: string, test: RegExp): Rolldown.CodeSplittingGroup {
  const known = new Map<string, boolean>();
  const isLoaded = (id: string, chunking: ChunkingContext): boolean => {
    const before = known.get(id);
    if (before !== undefined) return before;
    known.set(id, false);
    const importers = chunking.getModuleInfo(id)?.importers ?? [];
    const found = importers.some((one) => one === join(root, entry) || isLoaded(one, chunking));
    known.set(id, found);
    return found;
  };
  return { name: (id, chunking) => (isLoaded(id, chunking) ? name : null), test };
}

const LIBRARIES = /\/node_modules\/(?!lucide-solid\/)/;
const OWN = /\/src\/|\/lucide-solid\//;

/** First come what embedding loads too, and what stays the same from version to version. */
const CHUNKS: Rolldown.CodeSplittingGroup[] = [
  atOnce("src/index.ts", "machine-libraries", LIBRARIES),
  atOnce("src/index.ts", "machine", OWN),
  atOnce("src/main.tsx", "page-libraries", LIBRARIES),
  atOnce("src/main.tsx", "page", OWN),
].map((group, index, all) => ({ ...group, priority: all.length - index }));

const aliases = [
  { find: /^node:zlib$/, replacement: join(root, "src/sandbox/embedded/zlib-shim.ts") },
  // The package's exports name no fonts.
  { find: /^(@embedpdf\/fonts-\w+\/fonts\/)/, replacement: join(root, "node_modules/$1") },
  { find: /^buffer$/, replacement: join(root, "node_modules/buffer/index.js") },
];

export default defineConfig({
  // Relative, so that another page can serve the library from any folder.
  base: "./",
  plugins: [solid(), extraOutputs()],
  resolve: { alias: aliases },
  worker: { format: "iife", plugins: () => [justBashHook()] },
  build: {
    outDir: appDir,
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 2_000,
    modulePreload: { polyfill: false },
    rollupOptions: {
      input: { main: join(root, "index.html"), okcvm: join(root, "src/index.ts") },
      preserveEntrySignatures: "strict",
      output: {
        codeSplitting: { groups: CHUNKS },
        entryFileNames: (chunk) => (chunk.name === "okcvm" ? "lib/okcvm.js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
