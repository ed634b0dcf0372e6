import "fake-indexeddb/auto";

import { OkcvmError } from "../../../src/domain/errors.ts";
import type { Workspace, Workspaces } from "../../../src/ports/workspace.ts";
import { freshId, openHub } from "./hub-workspace.ts";

/**
 * The real workspace on an IndexedDB in memory, opened when it is first used.
 * `faults` makes the named method fail until it is taken out again.
 */
export interface MemoryWorkspace extends Workspace {
  readonly faults: Map<keyof Workspace, Error>;
  closed: boolean;
  /** What another tab's take-over does. */
  lose(): void;
}

interface State {
  faults: Map<keyof Workspace, Error>;
  closed: boolean;
  lost: Promise<void>;
  lose: () => void;
}

export function memoryWorkspace(id = freshId()): MemoryWorkspace {
  const root = `/mnt/okcvm-${id.slice(0, 8)}`;
  const opening = openHub(id);
  const { promise: lost, resolve: lose } = deferred();
  const state: State = { faults: new Map(), closed: false, lost, lose };
  const subscriptions: Partial<Record<string | symbol, (listener: never) => () => void>> = {
    subscribe: later(opening, "subscribe"),
    subscribeHistory: later(opening, "subscribeHistory"),
  };
  return new Proxy(state as unknown as MemoryWorkspace, {
    get(_target, name) {
      if (name === "root") return root;
      if (name === "then") return undefined;
      if (name in state) return state[name as keyof State];
      const subscribe = subscriptions[name];
      if (subscribe) return subscribe;
      if (name === "close") {
        return async () => {
          state.closed = true;
        };
      }
      return async (...args: unknown[]) => {
        const fault = state.faults.get(name as keyof Workspace);
        if (fault) throw fault;
        const workspace = (await opening) as unknown as Record<
          string | symbol,
          (...args: unknown[]) => unknown
        >;
        return workspace[name]?.(...args);
      };
    },
  });
}

/** Subscribes as soon as the workspace is open. */
function later(
  opening: Promise<Workspace>,
  method: "subscribe" | "subscribeHistory",
): (listener: never) => () => void {
  return (listener) => {
    let stop: (() => void) | null = null;
    let over = false;
    void opening.then((workspace) => {
      if (!over) stop = workspace[method](listener);
    });
    return () => {
      over = true;
      stop?.();
    };
  };
}

/** Memory workspaces by conversation; a take-over ends the one that was open, with its files kept. */
export class MemoryWorkspaces implements Workspaces {
  readonly made = new Map<string, MemoryWorkspace>();
  readonly destroyed: string[] = [];

  async open(
    conversationId: string,
    options: { takeOver?: boolean; wait?: AbortSignal } = {},
  ): Promise<MemoryWorkspace> {
    while (options.wait && this.made.get(conversationId)?.closed === false) {
      if (options.wait.aborted) throw new OkcvmError("aborted", "Stopped.");
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    const there = this.made.get(conversationId);
    if (there && !there.closed && !options.takeOver)
      throw new OkcvmError("workspace-busy", "Another tab has this conversation open.");
    const next = memoryWorkspace(conversationId);
    this.made.set(conversationId, next);
    there?.lose();
    return next;
  }

  async destroy(conversationId: string, first?: () => Promise<boolean>): Promise<void> {
    if (this.made.get(conversationId)?.closed === false)
      throw new OkcvmError("workspace-busy", "Another tab has this conversation open.");
    if (first && !(await first())) return;
    this.made.delete(conversationId);
    this.destroyed.push(conversationId);
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}
