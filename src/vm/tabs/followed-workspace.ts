import type { TreeChange } from "../../domain/changes.ts";
import { mountRoot } from "../../domain/ids.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { WORKSPACE_METHODS, type WorkspaceMethod } from "./workspace-methods.ts";

type ChangesListener = Parameters<Workspace["subscribe"]>[0];

/** A follower's workspace: its calls go to the leader, and to the tab's own workspace once it leads. */
export interface FollowedWorkspace extends Workspace {
  /** Tells listeners what the leader said. */
  tellChanges(changes: TreeChange[], origin: string | null): void;
  tellHistory(): void;
  /** Uses the tab's own from now on. */
  lead(workspace: Workspace): void;
}

export function followWorkspace(
  conversationId: string,
  ask: (method: string, args: unknown[]) => Promise<unknown>,
): FollowedWorkspace {
  const changes = new Set<ChangesListener>();
  const history = new Set<() => void>();
  let own: Workspace | null = null;
  let lose = (): void => {};
  const lost = new Promise<void>((resolve) => {
    lose = resolve;
  });
  const tellChanges: ChangesListener = (list, origin) =>
    changes.forEach((listener) => listener(list, origin));
  const tellHistory = (): void => history.forEach((listener) => listener());
  const call = (method: WorkspaceMethod, args: unknown[]): unknown =>
    own ? (own[method] as (...given: unknown[]) => unknown)(...args) : ask(method, sendable(method, args));
  const methods = Object.fromEntries(
    WORKSPACE_METHODS.map((method) => [method, (...args: unknown[]) => call(method, args)]),
  ) as unknown as Pick<Workspace, WorkspaceMethod>;
  return {
    ...methods,
    root: mountRoot(conversationId),
    lost,
    get shared() {
      return own?.shared ?? null;
    },
    subscribe: (listener) => listen(changes, listener),
    subscribeHistory: (listener) => listen(history, listener),
    close: async () => {
      await own?.close();
    },
    tellChanges,
    tellHistory,
    lead(workspace) {
      own = bound(workspace);
      workspace.subscribe(tellChanges);
      workspace.subscribeHistory(tellHistory);
      void workspace.lost.then(lose);
    },
  };
}

/** Signals and callbacks cannot go to another tab: an exchange with a remote then runs to its end there, unseen. */
function sendable(method: WorkspaceMethod, args: unknown[]): unknown[] {
  return method === "importGit" || method === "pushGit" ? args.slice(0, 1) : args;
}

function listen<T>(set: Set<T>, listener: T): () => void {
  set.add(listener);
  return () => set.delete(listener);
}

/** Methods that keep their object when they are handed out. */
function bound(workspace: Workspace): Workspace {
  return new Proxy(workspace, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}
