import { OkcvmError } from "../domain/errors.ts";
import { mountRoot } from "../domain/ids.ts";
import type { OwnServer } from "../domain/own-server.ts";
import { makeCaller, type Caller, type PortLike } from "../domain/rpc.ts";
import type { Workspaces } from "../ports/workspace.ts";
import { holdLock } from "./hold-lock.ts";
import type { HubNotice } from "./hub-methods.ts";
import { databaseName, deleteDatabase } from "./storage/database.ts";
import { WorkspaceClient, type Listeners, type WorkspaceWorkers } from "./workspace-client.ts";

/** Workspaces over one hub Worker. One tab holds a workspace at a time, by a lock of the browser's that is named like its database. */
export function createWorkspaces(workers: WorkspaceWorkers, server: OwnServer): Workspaces {
  const listeners = new Map<string, Listeners>();
  // Started at once, so that its script loads while the page does: whatever comes first needs it.
  const hub = startHub(workers.hub(), listeners);

  return {
    async open(conversationId, options = {}) {
      const lock = await holdLock(databaseName(conversationId), options);
      const heard: Listeners = { changes: new Set(), history: new Set() };
      listeners.set(conversationId, heard);
      try {
        await hub.call("open", conversationId, mountRoot(conversationId));
      } catch (error) {
        lock.release();
        throw error;
      }
      return new WorkspaceClient({
        id: conversationId,
        hub,
        listeners: heard,
        lock,
        workers,
        server,
      });
    },
    async destroy(conversationId, first) {
      const name = databaseName(conversationId);
      const lock = await holdLock(name, {});
      try {
        if (!first || (await first())) await deleteDatabase(name);
      } finally {
        lock.release();
      }
    },
  };
}

function startHub(worker: Worker, listeners: ReadonlyMap<string, Listeners>): Caller {
  const hub = makeCaller(worker as unknown as PortLike, (value) => tell(listeners, value as HubNotice));
  worker.addEventListener("error", (event) => {
    hub.close(
      new OkcvmError(
        "internal",
        `The file system stopped: ${event.message}. Reload the page; saved files are kept.`,
      ),
    );
  });
  return hub;
}

function tell(listeners: ReadonlyMap<string, Listeners>, notice: HubNotice): void {
  const heard = listeners.get(notice.workspace);
  if (!heard) return;
  if (notice.kind === "history") for (const listener of heard.history) listener();
  else for (const listener of heard.changes) listener(notice.changes, notice.origin);
}
