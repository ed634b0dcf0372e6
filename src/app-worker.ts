/// <reference lib="webworker" />

/** The app's files, written in by the build. */
declare const __PRECACHE__: string[];
/** Large files that few visits need at once: fetched when the rest is there. Their names change with their contents. */
declare const __LATER__: string[];
/** Files of megabytes that many people never need: kept once they were used. */
declare const __ON_USE__: string[];
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
/** Outlives versions: a new version of the app seldom has another Python. */
const LATER_CACHE = "okcvm-large";
const LARGE = [...__LATER__, ...__ON_USE__];
/** Python packages as they were fetched, which never change under their address. */
const PACKAGES_CACHE = "okcvm-packages";
const PUBLISHED = "/sites/";
const PACKAGES = ["/py/pkgs/", "/py/files/"];

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

let fetching: Promise<void> | null = null;

// A page says when: it knows when its own first work is done.
scope.addEventListener("message", (event) => {
  if (event.data !== "fetch-later") return;
  fetching ??= fetchLater().finally(() => {
    fetching = null;
  });
  event.waitUntil(fetching);
});

/** A failure is no harm: the file is fetched, and kept, when it is used. */
async function fetchLater(): Promise<void> {
  const cache = await caches.open(LATER_CACHE);
  for (const request of await cache.keys()) {
    if (!LARGE.includes(new URL(request.url).pathname)) await cache.delete(request);
  }
  for (const path of __LATER__) {
    if (!(await cache.match(path))) await cache.add(path).catch(() => {});
  }
}

scope.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (url.origin !== scope.location.origin || event.request.method !== "GET") return;
  // What accounts have published there is no part of the app.
  if (url.pathname.startsWith(PUBLISHED)) return;
  if (event.request.mode === "navigate") event.respondWith(page(event.request));
  else if (__PRECACHE__.includes(url.pathname)) event.respondWith(kept(url.pathname, event.request));
  else if (LARGE.includes(url.pathname)) event.respondWith(keptOnUse(LATER_CACHE, event.request));
  else if (PACKAGES.some((folder) => url.pathname.startsWith(folder)))
    event.respondWith(keptOnUse(PACKAGES_CACHE, event.request));
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

/** From the cache, else from the server and then kept. */
async function keptOnUse(name: string, request: Request): Promise<Response> {
  const cache = await caches.open(name);
  const found = await cache.match(request.url);
  if (found) return found;
  const response = await fetch(request);
  // A full disk keeps nothing; the file is here all the same.
  if (response.status === 200) await cache.put(request.url, response.clone()).catch(() => {});
  return response;
}
