/// <reference lib="webworker" />

/** The app's files, written in by the build. */
declare const __PRECACHE__: string[];
/** Changes with any of them. */
declare const __VERSION__: string;

/**
 * The app's service worker: after the first visit the page opens without a
 * network. Files are kept whole, one cache a version; a new version is taken
 * when no page of the old one is open any more, so a page never mixes two.
 */
const scope = self as unknown as ServiceWorkerGlobalScope;
const CACHE = `okcvm-app-${__VERSION__}`;

scope.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(__PRECACHE__)));
});

scope.addEventListener("activate", (event) => {
  event.waitUntil(
    (async () => {
      for (const name of await caches.keys()) {
        if (name.startsWith("okcvm-app-") && name !== CACHE) await caches.delete(name);
      }
      await scope.clients.claim();
    })(),
  );
});

scope.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== scope.location.origin || event.request.method !== "GET") return;
  if (event.request.mode === "navigate") event.respondWith(kept("/", event.request));
  else if (__PRECACHE__.includes(url.pathname)) event.respondWith(kept(url.pathname, event.request));
});

async function kept(key: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(key)) ?? fetch(request);
}
