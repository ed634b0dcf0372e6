import type { Journal, TreeChange } from "../domain/changes.ts";
import { OkcvmError } from "../domain/errors.ts";
import type { Methods } from "../domain/rpc.ts";
import type { SearchOptions } from "../domain/search.ts";
import type { SnapshotAbout } from "../domain/snapshot.ts";
import type { IncomingPack } from "../ports/shared-workspace.ts";
import { Hub } from "./hub.ts";
import type { FetchedBranch } from "./hub-exchange.ts";
import { databaseName } from "./storage/database.ts";

/** What the worker tells its client unasked. */
export type HubNotice = { workspace: string } & (
  | { kind: "changes"; changes: TreeChange[]; origin: string | null }
  | { kind: "history" }
);

/** The hubs of one Worker, by workspace, as functions its client calls. `tell` sends a notice to it. */
export function hubMethods(tell: (notice: HubNotice) => void): Methods {
  const hubs = new Map<string, Promise<Hub>>();
  const hub = async (id: string): Promise<Hub> => {
    const open = hubs.get(id);
    if (!open) throw new OkcvmError("internal", "The workspace is not open.");
    return open;
  };
  return { ...lifeCycle(hubs, tell), ...calls(hub) };
}

function lifeCycle(hubs: Map<string, Promise<Hub>>, tell: (notice: HubNotice) => void): Methods {
  return {
    open: async (id: string, root: string) => {
      const opening = Hub.open(databaseName(id), root, {
        onChanges: (changes, origin) => tell({ workspace: id, kind: "changes", changes, origin }),
        onHistory: () => tell({ workspace: id, kind: "history" }),
      });
      const before = hubs.get(id);
      hubs.set(id, opening);
      await opening;
      // Taken over in the same tab: the older hub can write no more.
      await (await before?.catch(() => null))?.close();
    },
    close: async (id: string) => {
      const open = hubs.get(id);
      hubs.delete(id);
      await (await open)?.close();
    },
  };
}

function calls(hub: (id: string) => Promise<Hub>): Methods {
  return {
    list: async (id: string, path: string, recursive: boolean) => (await hub(id)).list(path, recursive),
    stat: async (id: string, path: string) => (await hub(id)).stat(path),
    read: async (id: string, path: string) => (await hub(id)).read(path),
    apply: async (id: string, journal: Journal, origin: string | null) =>
      (await hub(id)).apply(journal, origin),
    snapshot: async (id: string, label: string, about: SnapshotAbout, always: boolean) =>
      (await hub(id)).snapshot(label, about, always),
    snapshots: async (id: string, limit: number, before: string | null) =>
      (await hub(id)).snapshots(limit, before),
    restore: async (id: string, snapshot: string, paths?: string[]) =>
      (await hub(id)).restore(snapshot, paths),
    diff: async (
      id: string,
      from: string | null,
      to: string | null,
      options: { lines: boolean; paths?: string[] },
    ) => (await hub(id)).diff(from, to, options),
    readAt: async (id: string, snapshot: string, path: string) => (await hub(id)).readAt(snapshot, path),
    branches: async (id: string) => (await hub(id)).branches(),
    switchBranch: async (id: string, name: string, made?: { from: string | null }) =>
      (await hub(id)).switchBranch(name, made),
    exportGit: async (id: string) => (await hub(id)).exchange.exportGit(),
    importPacks: async (id: string, fetched: FetchedBranch, label: string) =>
      (await hub(id)).exchange.importPacks(fetched, label),
    packNew: async (id: string, known: string[]) => (await hub(id)).exchange.packNew(known),
    takePacks: async (id: string, packs: IncomingPack[], heads: string[]) =>
      (await hub(id)).exchange.take(packs, heads),
    mergeBranch: async (id: string, name: string, commit: string) =>
      (await hub(id)).exchange.mergeBranch(name, commit),
    packBranch: async (id: string) => (await hub(id)).exchange.packBranch(),
    search: async (id: string, query: string, options: SearchOptions) =>
      (await hub(id)).search(query, options),
    usage: async (id: string) => (await hub(id)).usage(),
  };
}
