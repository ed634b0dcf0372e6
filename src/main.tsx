import { assemble } from "./app.ts";
import { mountApp } from "./ui/mount.tsx";
import type { Okcvm } from "./vm/api.ts";

declare global {
  /** The running OKCVM, for the console and for programs in the page. */
  var okcvm: Okcvm;
}

const root = document.getElementById("app");
if (!root) throw new Error("The page has no #app element.");
globalThis.okcvm = assemble();
mountApp(root, globalThis.okcvm);

if ("serviceWorker" in navigator) {
  navigator.serviceWorker.register("/sw.js").catch((error: unknown) => {
    // The page works without it, just not offline.
    console.warn("The page will not open offline:", error);
  });
}
