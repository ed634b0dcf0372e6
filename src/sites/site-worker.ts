/// <reference lib="webworker" />
import { BRIDGE_CACHE, BRIDGE_FOLDER, BRIDGE_PAGE, BRIDGE_SCRIPT, lookupCached } from "./site-cache.ts";
import { respond } from "./site-response.ts";

/** The service worker of every site origin: serves the site it holds, and the bridge when the server is away. */
const scope = self as unknown as ServiceWorkerGlobalScope;

scope.addEventListener("install", (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(BRIDGE_CACHE);
      await cache.addAll([BRIDGE_PAGE, BRIDGE_SCRIPT]);
      await scope.skipWaiting();
    })(),
  );
});

scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));

scope.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== scope.location.origin) return;
  if (url.pathname.startsWith(BRIDGE_FOLDER)) event.respondWith(bridge(event.request));
  else event.respondWith(respond(event.request, lookupCached));
});

async function bridge(request: Request): Promise<Response> {
  try {
    return await fetch(request);
  } catch (error) {
    const cache = await caches.open(BRIDGE_CACHE);
    const kept = await cache.match(request, { ignoreSearch: true });
    if (kept) return kept;
    throw error;
  }
}
