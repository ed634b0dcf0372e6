import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { ConfigError } from "./config-error.ts";
import { contentTypeOf } from "../src/domain/media-types.ts";

export type Encoding = "br" | "gzip" | "identity";

/** The bytes of a file in one content encoding. */
export interface Variant {
  bytes: Uint8Array<ArrayBuffer>;
  /** A strong entity tag, quotes included: SHA-256 of the bytes. */
  etag: string;
}

/** A file ready to be served. */
export interface Asset {
  type: string;
  variants: { identity: Variant } & Partial<Record<Encoding, Variant>>;
}

/** Everything the server serves, read once at the start. */
export interface Assets {
  /** The app's files by URL path, which starts with "/" and is percent-decoded. */
  app: ReadonlyMap<string, Asset>;
  /** The app's page. */
  index: Asset;
  /** CSP sources of the page's inline scripts: `sha256-…`. */
  scriptHashes: readonly string[];
  site: { bridgeHtml: string; bridgeJs: Asset; workerJs: Asset };
}

const HASH = /^sha(256|384|512)-[A-Za-z0-9+/]+={0,2}$/;
const cspSchema = z.object({ scriptHashes: z.array(z.string().regex(HASH)) });
const SIBLINGS: readonly [suffix: string, encoding: Encoding][] = [
  [".br", "br"],
  [".gz", "gzip"],
];

/**
 * Reads `app/` and `site/` below the build folder into memory. A request is
 * later a look-up in a table, so no path from outside ever meets the disk, and
 * a build made while the server runs cannot mix with the one it serves.
 * Errors: ConfigError when the build is missing or not whole.
 */
export function loadAssets(dist: string): Assets {
  const app = readTree(join(dist, "app"));
  const site = readTree(join(dist, "site"));
  const csp = app.get("/csp.json");
  app.delete("/csp.json");
  const index = app.get("/index.html");
  const bridge = site.get("/bridge.html");
  const bridgeJs = site.get("/bridge.js");
  const workerJs = site.get("/worker.js");
  if (!csp || !index || !bridge || !bridgeJs || !workerJs) {
    throw new ConfigError("The app is not built, or not completely: run `npm run build`, then start again.");
  }
  const bridgeHtml = new TextDecoder().decode(bridge.variants.identity.bytes);
  return { app, index, scriptHashes: readHashes(csp), site: { bridgeHtml, bridgeJs, workerJs } };
}

function readHashes(csp: Asset): readonly string[] {
  try {
    return cspSchema.parse(JSON.parse(new TextDecoder().decode(csp.variants.identity.bytes))).scriptHashes;
  } catch (cause) {
    if (!(cause instanceof SyntaxError) && !(cause instanceof z.ZodError)) throw cause;
    throw new ConfigError(
      "The build's csp.json is not a list of script hashes: run `npm run build`, then start again.",
    );
  }
}

function readTree(root: string): Map<string, Asset> {
  const files = new Map(listFiles(root, "").map((path) => [path, readFileSync(join(root, path))]));
  const assets = new Map<string, Asset>();
  for (const [path, content] of files) {
    if (SIBLINGS.some(([suffix]) => path.endsWith(suffix) && files.has(path.slice(0, -suffix.length))))
      continue;
    const asset: Asset = { type: contentTypeOf(path), variants: { identity: variant(content) } };
    for (const [suffix, encoding] of SIBLINGS) {
      const sibling = files.get(path + suffix);
      if (sibling) asset.variants[encoding] = variant(sibling);
    }
    assets.set(path, asset);
  }
  return assets;
}

/**
 * Paths below `root`, each with a leading slash. Symlinks are left out, since
 * they could point anywhere, and so are dot files, which nobody means to serve.
 */
function listFiles(root: string, folder: string): string[] {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return [];
    throw cause;
  }
  return entries.flatMap((entry) => {
    if (entry.name.startsWith(".")) return [];
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory()) return listFiles(root, path);
    return entry.isFile() ? [path] : [];
  });
}

function variant(content: Buffer): Variant {
  const etag = `"${createHash("sha256").update(content).digest("base64url")}"`;
  return { bytes: new Uint8Array(content), etag };
}
