import { serveCalls, type PortLike } from "../domain/rpc.ts";
import { WORKER_SCRIPT } from "./site-names.ts";
import { heldSite, keepFile, markHeld } from "./site-store.ts";

/**
 * Runs in a hidden frame of a site origin: registers the origin's service
 * worker and takes the site's files from the app, and from no one else.
 */
const appOrigin = document.querySelector<HTMLMetaElement>('meta[name="okcvm-app"]')?.content ?? "";

async function start(): Promise<void> {
  const registration = await navigator.serviceWorker.register(WORKER_SCRIPT, { scope: "/" });
  await Promise.race([navigator.serviceWorker.ready, failureOf(registration.installing)]);
  addEventListener("message", (event) => {
    const port = event.ports[0];
    if (event.origin !== appOrigin || event.source !== parent || !port) return;
    serve(port);
  });
  parent.postMessage("okcvm-site-ready", appOrigin);
}

/** Rejects when the worker could not be installed: nothing would ever be ready then. Else it never settles. */
function failureOf(worker: ServiceWorker | null): Promise<never> {
  return new Promise((_, reject) => {
    worker?.addEventListener("statechange", () => {
      if (worker.state === "redundant") reject(new Error("its service worker could not be installed"));
    });
  });
}

function serve(port: MessagePort): void {
  serveCalls(port as unknown as PortLike, {
    held: heldSite,
    put: (path: string, contentType: string, body: Uint8Array<ArrayBuffer>) =>
      keepFile(path, { headers: [["content-type", contentType]], body }),
    finish: markHeld,
  });
  port.start();
}

start().catch((error: unknown) => {
  parent.postMessage({ type: "okcvm-site-failed", message: String(error) }, appOrigin);
});
