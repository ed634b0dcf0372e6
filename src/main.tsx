import { assemble } from "./app.ts";
import { mountApp } from "./ui/mount.tsx";
import type { Okcvm } from "./vm/api.ts";

declare global {
  /** The running OKCVM, for the console and for programs in the page. */
  var okcvm: Okcvm;
}

/** Megabytes that are unpacked beside a first answer would hold it up. Milliseconds. */
const LATER_AFTER_MS = 10_000;

const root = document.getElementById("app");
if (!root) throw new Error("The page has no #app element.");
globalThis.okcvm = assemble();
mountApp(root, globalThis.okcvm);

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js").catch((error: unknown) => {
    // The page works without it, just not offline.
    console.warn("The page will not open offline:", error);
  });
  setTimeout(fetchLater, LATER_AFTER_MS);
}

/** Has the worker fetch the large files that work offline wants, unless the person asked for little traffic. */
function fetchLater(): void {
  const { connection } = navigator as { connection?: { saveData?: boolean } };
  if (connection?.saveData) return;
  void navigator.serviceWorker.ready.then(({ active }) => active?.postMessage("fetch-later"));
}
