import { serveCalls, type PortLike } from "../domain/rpc.ts";
import { cacheKey, HELD_MARK, SITE_CACHE, WORKER_SCRIPT } from "./site-cache.ts";

/**
 * Runs in a hidden frame of a site origin: registers the origin's service
 * worker and takes the site's files from the app, and from no one else.
 */
const appOrigin = document.querySelector<HTMLMetaElement>('meta[name="okcvm-app"]')?.content ?? "";

async function start(): Promise<void> {
  await navigator.serviceWorker.register(WORKER_SCRIPT, { scope: "/" });
  await navigator.serviceWorker.ready;
  addEventListener("message", (event) => {
    const port = event.ports[0];
    if (event.origin !== appOrigin || event.source !== parent || !port) return;
    serve(port);
  });
  parent.postMessage("okcvm-site-ready", appOrigin);
}

function serve(port: MessagePort): void {
  serveCalls(port as unknown as PortLike, {
    async held(): Promise<string | null> {
      const cache = await caches.open(SITE_CACHE);
      return (await (await cache.match(HELD_MARK))?.text()) ?? null;
    },
    async put(path: string, contentType: string, body: Blob): Promise<void> {
      const cache = await caches.open(SITE_CACHE);
      await cache.put(cacheKey(path), new Response(body, { headers: { "content-type": contentType } }));
    },
    async finish(id: string): Promise<void> {
      const cache = await caches.open(SITE_CACHE);
      await cache.put(HELD_MARK, new Response(id));
    },
  });
  port.start();
}

start().catch((error: unknown) => {
  parent.postMessage({ type: "okcvm-site-failed", message: String(error) }, appOrigin);
});
