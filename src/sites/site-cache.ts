import type { SiteFile } from "./site-response.ts";

/** Where a site origin keeps its site: one entry a file, under the file's own address. */
export const SITE_CACHE = "okcvm-site";
/** Where it keeps the bridge page, so that an origin can be given a site offline. */
export const BRIDGE_CACHE = "okcvm-bridge";
/** Paths below this belong to the bridge; a site cannot have files there. */
export const BRIDGE_FOLDER = "/__okcvm/";
export const BRIDGE_PAGE = `${BRIDGE_FOLDER}bridge.html`;
export const BRIDGE_SCRIPT = `${BRIDGE_FOLDER}bridge.js`;
export const WORKER_SCRIPT = `${BRIDGE_FOLDER}worker.js`;
/** The entry that says which site is held whole. */
export const HELD_MARK = `${BRIDGE_FOLDER}held`;

/** The cache key of a site's file. Each name is encoded, so that ?, # and % stay part of it. */
export function cacheKey(path: string): string {
  return `/${path.split("/").map(encodeURIComponent).join("/")}`;
}

/** Reads a site's file from the origin's cache. */
export async function lookupCached(path: string): Promise<SiteFile | null> {
  const cache = await caches.open(SITE_CACHE);
  const found = await cache.match(cacheKey(path));
  if (!found) return null;
  return {
    contentType: found.headers.get("content-type") ?? "application/octet-stream",
    body: await found.blob(),
  };
}
