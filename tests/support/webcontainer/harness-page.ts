import type { Journal, TreeChange } from "../../../src/domain/changes.ts";
import { makeCaller, serveCalls, type Caller } from "../../../src/domain/rpc.ts";
import type { Sandbox, ShellRequest, ShellResult } from "../../../src/ports/sandbox.ts";
import type { Workspace } from "../../../src/ports/workspace.ts";
import type { EngineLimits } from "../../../src/sandbox/webcontainer/live-engine.ts";
import type { RunningServer } from "../../../src/domain/running-server.ts";
import type { Terminal } from "../../../src/sandbox/webcontainer/terminal.ts";
import { WebContainerSandbox } from "../../../src/sandbox/webcontainer/webcontainer-sandbox.ts";
import { textPort } from "./text-port.ts";

declare global {
  function toNode(text: string): Promise<void>;
  var fromNode: (text: string) => void;
}

/** What Node asks for with `open`. */
export interface OpenInPage {
  id: number;
  root: string;
  address: { origin: string; apiKey: string | null };
  limits: Partial<EngineLimits>;
  /** The other engine's name, where Node has one. */
  fallback: string | null;
}

/** What Node is told unasked. */
export type PageNotice =
  | { kind: "state"; id: number; state: string }
  | { kind: "output"; call: number; chunk: string; stream: "stdout" | "stderr" }
  | { kind: "servers"; id: number; servers: readonly RunningServer[] }
  | { kind: "terminal"; terminal: number; chunk: string | null; exit?: number };

/** What the page is told unasked. */
export type NodeNotice =
  | { kind: "changes"; id: number; changes: TreeChange[]; origin: string | null }
  | { kind: "abort"; call: number };

const sandboxes = new Map<number, WebContainerSandbox>();
const changeListeners = new Map<number, (changes: TreeChange[], origin: string | null) => void>();
const aborts = new Map<number, AbortController>();
const terminals = new Map<number, Terminal>();

const port = textPort((text) => void toNode(text));
globalThis.fromNode = (text) => port.receive(text);
const node: Caller = makeCaller(port, (notice) => hear(notice as NodeNotice));

const { notify } = serveCalls(port, {
  open(how: OpenInPage) {
    const sandbox = new WebContainerSandbox({
      workspace: workspaceOf(how),
      address: how.address,
      fallback: how.fallback === null ? null : fallbackOf(how.id, how.fallback),
      limits: how.limits,
    });
    sandboxes.set(how.id, sandbox);
    sandbox.subscribe((state) => tell({ kind: "state", id: how.id, state }));
    sandbox.subscribe(() => tell({ kind: "servers", id: how.id, servers: sandbox.servers }));
  },
  async shell(id: number, call: number, request: ShellRequest): Promise<ShellResult> {
    const controller = aborts.get(call) ?? new AbortController();
    aborts.set(call, controller);
    return found(id).shell({
      ...request,
      signal: controller.signal,
      onOutput: (chunk, stream) => tell({ kind: "output", call, chunk, stream }),
    });
  },
  async spawn(id: number, terminal: number, command: string, args: string[], options: object) {
    const started = await found(id).spawn(command, args, options);
    terminals.set(terminal, started);
    void readOut(terminal, started);
  },
  write: (terminal: number, text: string) => terminals.get(terminal)?.write(text),
  resize: (terminal: number, size: { cols: number; rows: number }) => terminals.get(terminal)?.resize(size),
  kill: (terminal: number) => terminals.get(terminal)?.kill(),
  retry: (id: number) => found(id).retry(),
  answered: (id: number) => found(id).answered(),
  warm: (id: number) => found(id).warm(),
  close: (id: number) => found(id).close(),
});

function tell(notice: PageNotice): void {
  notify(notice);
}

function found(id: number): WebContainerSandbox {
  const sandbox = sandboxes.get(id);
  if (!sandbox) throw new Error(`No sandbox ${id}.`);
  return sandbox;
}

function hear(notice: NodeNotice): void {
  if (notice.kind === "changes") changeListeners.get(notice.id)?.(notice.changes, notice.origin);
  else {
    const controller = aborts.get(notice.call) ?? new AbortController();
    aborts.set(notice.call, controller);
    controller.abort();
  }
}

async function readOut(terminal: number, started: Terminal): Promise<void> {
  const reader = started.output.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read())
    tell({ kind: "terminal", terminal, chunk: next.value });
  tell({ kind: "terminal", terminal, chunk: null, exit: await started.exit });
}

/** Node's workspace: what the sandbox uses of it. */
function workspaceOf({ id, root }: OpenInPage): Workspace {
  return {
    root,
    list: (...args: Parameters<Workspace["list"]>) => node.call("workspace", id, "list", ...args),
    stat: (path: string) => node.call("workspace", id, "stat", path),
    readBytes: (path: string) => node.call("workspace", id, "readBytes", path),
    apply: (journal: Journal) => node.call("workspace", id, "apply", journal),
    subscribe(listener: (changes: TreeChange[], origin: string | null) => void) {
      changeListeners.set(id, listener);
      return () => {
        if (changeListeners.get(id) === listener) changeListeners.delete(id);
      };
    },
  } as unknown as Workspace;
}

function fallbackOf(id: number, name: string): Sandbox {
  return {
    name,
    state: "ready",
    servers: [],
    warm: () => {},
    subscribe: () => () => {},
    close: async () => {},
    shell: async ({ command, cwd, env, timeoutMs, onOutput }) => {
      const result = await node.call<ShellResult>("fallback", id, { command, cwd, env, timeoutMs });
      if (result.stdout !== "") onOutput?.(result.stdout, "stdout");
      if (result.stderr !== "") onOutput?.(result.stderr, "stderr");
      return result;
    },
  };
}
