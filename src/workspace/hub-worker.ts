import type { Change, Journal } from "../domain/changes.ts";
import { OkcvmError } from "../domain/errors.ts";
import { serveCalls, type PortLike } from "../domain/rpc.ts";
import { databaseName } from "./database.ts";
import { Hub } from "./hub.ts";

/** What the worker tells its client unasked. */
export interface HubNotice {
  workspace: string;
  changes: Change[];
  origin: string | null;
}

const hubs = new Map<string, Promise<Hub>>();

async function hub(id: string): Promise<Hub> {
  const open = hubs.get(id);
  if (!open) throw new OkcvmError("internal", "The workspace is not open.");
  return open;
}

const wire = serveCalls(self as unknown as PortLike, {
  open: async (id: string, root: string) => {
    const opening = Hub.open(databaseName(id), root, (changes, origin) => {
      wire.notify({ workspace: id, changes, origin } satisfies HubNotice);
    });
    const before = hubs.get(id);
    hubs.set(id, opening);
    await opening;
    // Taken over in the same tab: the older hub can write no more.
    await (await before?.catch(() => null))?.close();
  },
  list: async (id: string, path: string, recursive: boolean) => (await hub(id)).list(path, recursive),
  stat: async (id: string, path: string) => (await hub(id)).stat(path),
  read: async (id: string, path: string) => (await hub(id)).read(path),
  apply: async (id: string, journal: Journal, origin: string | null) =>
    (await hub(id)).apply(journal, origin),
  usage: async (id: string) => (await hub(id)).usage(),
  close: async (id: string) => {
    const open = hubs.get(id);
    hubs.delete(id);
    await (await open)?.close();
  },
});
