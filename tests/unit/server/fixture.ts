import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { createApp } from "../../../sync-server/app.ts";
import { loadAssets } from "../../../sync-server/assets.ts";
import { readConfig, resolveConfig } from "../../../sync-server/config.ts";
import { createLog } from "../../../sync-server/log.ts";

export const APP = "http://okcvm.localhost:8787";
export const SITE = "http://abcdefgh12.okcvm.localhost:8787";
export const NAVIGATION = { "sec-fetch-mode": "navigate", "sec-fetch-dest": "document", accept: "text/html" };

const MAIN_JS = `export const text = "${"a long line of code ".repeat(40)}";\n`;

/** Writes a small build into a folder, with what a hostile or careless build step might leave there too. */
export function writeBuild(dist: string): void {
  const files: Record<string, string | Buffer> = {
    "app/index.html": "<!doctype html><title>OKCVM</title>",
    "app/csp.json": JSON.stringify({ scriptHashes: ["sha256-AAAABBBBCCCCDDDD="] }),
    "app/assets/main-1a2b.js": MAIN_JS,
    "app/assets/main-1a2b.js.gz": gzipSync(MAIN_JS),
    "app/assets/main-1a2b.js.br": "pretend brotli",
    "app/assets/engine-9f.wasm": Buffer.from([0, 0x61, 0x73, 0x6d]),
    "app/lib/okcvm.js": "export {};\n",
    "app/sw.js": "self.addEventListener('fetch', () => {});\n",
    "app/icons/a b.png": "png",
    "site/bridge.html": '<!doctype html><meta name="app" content="__APP_ORIGIN__"><i>__APP_ORIGIN__</i>',
    "site/bridge.js": "// bridge\n",
    "site/worker.js": "// worker\n",
    "app/.env.txt": "KEY=1",
    "app/.git/config.txt": "[core]",
    "secret.txt": "outside of what is served",
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(dist, path)), { recursive: true });
    writeFileSync(join(dist, path), content);
  }
  symlinkSync(join(dist, "secret.txt"), join(dist, "app/linked.txt"));
}

export function temporaryBuild(): string {
  const dist = mkdtempSync(join(tmpdir(), "okcvm-server-"));
  writeBuild(dist);
  return dist;
}

const dist = temporaryBuild();

/** The app on a small build, without a socket. `logged` is every log line so far, at the most talkative level. */
export function makeApp(
  environment: Record<string, string> = {},
  fetch: typeof globalThis.fetch = globalThis.fetch,
) {
  const lines: string[] = [];
  const log = createLog("trace", { write: (line: string) => void lines.push(line) });
  const start = readConfig(environment);
  const config = resolveConfig(start, start.port);
  const app = createApp({ config, assets: loadAssets(dist), log, fetch, sync: null });
  const get = async (url: string, headers: Record<string, string> = {}, method = "GET") =>
    app.request(new URL(url, APP).href, { headers, method });
  return { app, get, config, logged: () => lines.join("") };
}

/** A real HTTP server on a free port. */
export async function serveOn127(listener: RequestListener) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  const stop = () =>
    new Promise<void>((resolve) => (server.closeAllConnections(), server.close(() => resolve())));
  return { url: `http://127.0.0.1:${address.port}`, port: address.port, stop };
}

/** A promise and the function that resolves it. */
export function gate<T = void>() {
  let open: (value: T) => void = () => undefined;
  const opened = new Promise<T>((resolve) => (open = resolve));
  return { open, opened };
}
