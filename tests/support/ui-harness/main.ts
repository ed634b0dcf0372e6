import { mountApp } from "../../../src/ui/mount.tsx";
import { createFakeOkcvm } from "./fake-okcvm.ts";

const root = document.getElementById("app");
if (!root) throw new Error("The harness page has no #app.");
const okcvm = createFakeOkcvm(new URLSearchParams(location.search).get("scene") ?? "welcome");
Object.assign(globalThis, { okcvm });
mountApp(root, okcvm);
