import koreanUrl from "@embedpdf/fonts-kr/fonts/NotoSansKR-Regular.otf?url";
import chineseUrl from "@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf?url";
import lockUrl from "pyodide/pyodide-lock.json?url";
import wasmUrl from "pyodide/pyodide.asm.wasm?url";
import stdlibUrl from "pyodide/python_stdlib.zip?url";

import type { OwnServer } from "./domain/own-server.ts";
import type { Python } from "./ports/python.ts";
import type { Sandbox } from "./ports/sandbox.ts";
import type { Workspace } from "./ports/workspace.ts";
import { BrowserPython } from "./sandbox/python/browser-python.ts";
import { BrowserPythonAssets } from "./sandbox/python/python-assets.ts";
import { ServerPackages } from "./sandbox/python/server-packages.ts";
import codeUrl from "./sandbox/python/worker/python-worker.ts?worker&url";

/** Puts the interpreter together; a part of app.ts that is loaded when it is first used. */
export function openPython(on: { workspace: Workspace; shell: Sandbox; server: OwnServer }): Python {
  const here = (url: string): string => new URL(url, import.meta.url).href;
  const assets = new BrowserPythonAssets({
    code: here(codeUrl),
    wasm: here(wasmUrl),
    stdlib: here(stdlibUrl),
    lock: here(lockUrl),
    // Chinese and Japanese, then Korean.
    fonts: [here(chineseUrl), here(koreanUrl)],
  });
  const { workspace, shell } = on;
  const packages = new ServerPackages({
    workspace,
    server: on.server,
    lock: () => assets.lock(),
  });
  return new BrowserPython({ workspace, shell, assets, packages });
}
