import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

import { chromium, type Browser, type Page } from "@playwright/test";
import { build } from "vite";

import { makeCaller, serveCalls, type Caller } from "../../../src/domain/rpc.ts";
import type { EngineState, Sandbox, ShellRequest, ShellResult } from "../../../src/ports/sandbox.ts";
import type { Workspace } from "../../../src/ports/workspace.ts";
import type { EngineLimits } from "../../../src/sandbox/webcontainer/live-engine.ts";
import type { RunningServer } from "../../../src/domain/running-server.ts";
import type { TerminalOptions } from "../../../src/sandbox/webcontainer/terminal.ts";
import type { NodeNotice, OpenInPage, PageNotice } from "./harness-page.ts";
import { textPort } from "./text-port.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The sandbox of a page, as a Sandbox of this process: the contract runs here, the real client there. */
export interface PageSandbox extends Sandbox {
  readonly servers: readonly RunningServer[];
  retry(): Promise<void>;
  answered(): Promise<void>;
  spawn(command: string, args: string[], options?: TerminalOptions): Promise<PageTerminal>;
}

export interface PageTerminal {
  readonly printed: string;
  readonly exit: Promise<number>;
  write(text: string): Promise<void>;
  resize(size: { cols: number; rows: number }): Promise<void>;
  kill(): Promise<void>;
}

export interface OpenOptions {
  address: { origin: string; apiKey: string | null };
  limits?: Partial<EngineLimits>;
  fallback?: Sandbox;
}

export interface Harness {
  /** Opens a fresh page: the library's state is a page's. */
  openPage(): Promise<HarnessPage>;
  close(): Promise<void>;
}

export interface HarnessPage {
  readonly page: Page;
  open(workspace: Workspace, options: OpenOptions): Promise<PageSandbox>;
  close(): Promise<void>;
}

const TYPES: Record<string, string> = { ".js": "text/javascript", ".html": "text/html" };

/** A page in Chromium that holds nothing but the WebContainer sandbox. */
export async function startHarness(): Promise<Harness> {
  const folder = mkdtempSync(join(tmpdir(), "okcvm-harness-"));
  await build({
    configFile: false,
    root,
    logLevel: "error",
    base: "./",
    build: {
      outDir: folder,
      emptyOutDir: true,
      minify: false,
      modulePreload: { polyfill: false },
      rollupOptions: {
        input: join(root, "tests/support/webcontainer/harness-page.ts"),
        output: { entryFileNames: "page.js" },
      },
    },
  });
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? "/", "http://harness").pathname;
    if (path === "/favicon.ico") return void response.end();
    response.setHeader("content-type", TYPES[extname(path)] ?? "text/html");
    response.setHeader("cross-origin-opener-policy", "same-origin");
    response.setHeader("cross-origin-embedder-policy", "require-corp");
    response.end(
      path === "/" ? '<script type="module" src="/page.js"></script>' : readFileSync(folder + path),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const browser = await chromium.launch({
    executablePath: process.env["CHROMIUM_PATH"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  return {
    openPage: () => openPage(browser, `http://127.0.0.1:${port}/`),
    async close() {
      await browser.close();
      server.closeAllConnections();
      server.close();
      rmSync(folder, { recursive: true });
    },
  };
}

interface Opened {
  workspace: Workspace;
  fallback: Sandbox | undefined;
}

async function openPage(browser: Browser, url: string): Promise<HarnessPage> {
  const page = await browser.newPage();
  const opened = new Map<number, Opened>();
  const notices = new Set<(notice: PageNotice) => void>();
  const wire = textPort((text) => {
    // A page that is being closed hears nothing more.
    page.evaluate((one) => globalThis.fromNode(one), text).catch(() => {});
  });
  const caller = makeCaller(wire, (notice) => {
    for (const listener of notices) listener(notice as PageNotice);
  });
  const { notify } = serveCalls(wire, {
    workspace: (id: number, method: string, ...args: never[]) => {
      const workspace = opened.get(id)?.workspace as unknown as Record<string, (...args: never[]) => unknown>;
      return workspace[method]?.(...args);
    },
    fallback: (id: number, request: ShellRequest) => opened.get(id)?.fallback?.shell(request),
  });
  await page.exposeFunction("toNode", (text: string) => wire.receive(text));
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning")
      process.stderr.write(`[page] ${message.text()}\n`);
  });
  page.on("pageerror", (error) => process.stderr.write(`[page] ${error.stack}\n`));
  await page.goto(url);
  await page.waitForFunction(() => "fromNode" in globalThis);
  const tell = (notice: NodeNotice): void => notify(notice);
  return {
    page,
    async open(workspace, options) {
      const how: OpenInPage = {
        id: opened.size,
        root: workspace.root,
        address: options.address,
        limits: options.limits ?? {},
        fallback: options.fallback?.name ?? null,
      };
      opened.set(how.id, { workspace, fallback: options.fallback });
      workspace.subscribe((changes, origin) => tell({ kind: "changes", id: how.id, changes, origin }));
      await caller.call("open", how);
      return pageSandbox(how.id, { caller, notices, tell });
    },
    close: () => page.close(),
  };
}

let calls = 0;

interface Wires {
  caller: Caller;
  notices: Set<(notice: PageNotice) => void>;
  tell(notice: NodeNotice): void;
}

function pageSandbox(id: number, { caller, notices, tell }: Wires): PageSandbox {
  let state: EngineState = "absent";
  const listeners = new Set<(state: EngineState) => void>();
  let servers: readonly RunningServer[] = [];
  notices.add((notice) => {
    if (notice.kind === "servers" && notice.id === id) servers = notice.servers;
    if (notice.kind !== "state" || notice.id !== id) return;
    state = notice.state as EngineState;
    for (const listener of listeners) listener(state);
  });
  return {
    name: "WebContainer",
    get servers() {
      return servers;
    },
    get state() {
      return state;
    },
    warm: () => void caller.call("warm", id),
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async shell({ signal, onOutput, ...request }) {
      const call = calls++;
      const hear = (notice: PageNotice): void => {
        if (notice.kind === "output" && notice.call === call) onOutput?.(notice.chunk, notice.stream);
      };
      notices.add(hear);
      const abort = (): void => tell({ kind: "abort", call });
      if (signal?.aborted) abort();
      signal?.addEventListener("abort", abort);
      try {
        return await caller.call<ShellResult>("shell", id, call, request);
      } finally {
        notices.delete(hear);
        signal?.removeEventListener("abort", abort);
      }
    },
    spawn: async (command, args, options = {}) => {
      const terminal = pageTerminal(calls++, { caller, notices, tell });
      await caller.call("spawn", id, terminal.id, command, args, options);
      return terminal;
    },
    retry: () => caller.call("retry", id),
    answered: () => caller.call("answered", id),
    close: () => caller.call("close", id),
  };
}

function pageTerminal(id: number, { caller, notices }: Wires): PageTerminal & { id: number } {
  let printed = "";
  const exit = new Promise<number>((resolve) => {
    notices.add((notice) => {
      if (notice.kind !== "terminal" || notice.terminal !== id) return;
      if (notice.chunk === null) resolve(notice.exit ?? -1);
      else printed += notice.chunk;
    });
  });
  return {
    id,
    exit,
    get printed() {
      return printed;
    },
    write: (text) => caller.call("write", id, text),
    resize: (size) => caller.call("resize", id, size),
    kill: () => caller.call("kill", id),
  };
}
