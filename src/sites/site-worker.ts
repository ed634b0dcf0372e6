/// <reference lib="webworker" />
import { BRIDGE_FOLDER, BRIDGE_PAGE, BRIDGE_SCRIPT } from "./site-names.ts";
import { respond, type SiteFile } from "./site-response.ts";
import { keepFile, keptFile } from "./site-store.ts";

/** The service worker of every site origin: serves the site it holds, and the bridge when the server is away. */
const scope = self as unknown as ServiceWorkerGlobalScope;
/** They tell of the bytes on the wire, not of those that are kept. */
const WIRE_HEADERS = new Set(["content-encoding", "content-length", "transfer-encoding"]);

scope.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      await Promise.all([BRIDGE_PAGE, BRIDGE_SCRIPT].map(keepBridgeFile));
      await scope.skipWaiting();
    })(),
  );
});

scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));

scope.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== scope.location.origin) return;
  if (url.pathname.startsWith(BRIDGE_FOLDER)) event.respondWith(bridge(event.request));
  else event.respondWith(respond(event.request, lookup));
});

async function lookup(path: string): Promise<SiteFile | null> {
  const kept = await keptFile(path);
  if (!kept) return null;
  const contentType = new Headers(kept.headers).get("content-type");
  return { contentType: contentType ?? "application/octet-stream", body: kept.body };
}

async function keepBridgeFile(path: string): Promise<void> {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${path} could not be loaded (status ${response.status}).`);
  const headers = [...response.headers].filter(([name]) => !WIRE_HEADERS.has(name));
  await keepFile(path.slice(1), { headers, body: new Uint8Array(await response.arrayBuffer()) });
}

async function bridge(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const kept = await keptFile(new URL(request.url).pathname.slice(1));
    if (kept) return new Response(kept.body, { headers: kept.headers });
    throw error;
  }
}
