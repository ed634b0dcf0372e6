/// <reference lib="webworker" />

/** The app's files, written in by the build. */
declare const __PRECACHE__: string[];
/** Changes with any of them. */
declare const __VERSION__: string;

/**
 * The app's service worker: after the first visit the page opens without a
 * network. Files are kept whole, one cache a version; a new version is taken
 * when no page of the old one is open any more. A page names its scripts by
 * their contents, so it never runs those of another version.
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
  if (event.request.mode === "navigate") event.respondWith(page(event.request));
  else if (__PRECACHE__.includes(url.pathname)) event.respondWith(kept(url.pathname, event.request));
});

/** How long a page waits for the server before the kept one is shown. Milliseconds. */
const PAGE_LIMIT_MS = 2_000;

/** The server's page where it answers: its headers name the operator's sites. Else the kept one. */
async function page(request: Request): Promise<Response> {
  try {
    return await fetch(request, { signal: AbortSignal.timeout(PAGE_LIMIT_MS) });
  } catch {
    // Offline, or too slow.
    return kept("/", request);
  }
}

async function kept(key: string, request: Request): Promise<Response> {
  const cache = await caches.open(CACHE);
  return (await cache.match(key)) ?? fetch(request);
}
