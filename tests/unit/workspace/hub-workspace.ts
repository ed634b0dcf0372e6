import type { Change } from "../../../src/domain/changes.ts";
import type { Workspace } from "../../../src/ports/workspace.ts";
import { Hub } from "../../../src/workspace/hub.ts";

export const ROOT = "/mnt/okcvm-00000000";

export interface HubWorkspace extends Workspace {
  readonly hub: Hub;
}

/** The hub behind the Workspace port, in this thread instead of a Worker. */
export async function openHub(database: string): Promise<HubWorkspace> {
  const listeners = new Set<(changes: Change[], origin: string | null) => void>();
  const hub = await Hub.open(database, ROOT, (changes, origin) => {
    for (const listener of listeners) listener(changes, origin);
  });
  const one = (change: Change): Promise<void> => hub.apply({ origin: "", changes: [change] }, null);
  const read = async (path: string): Promise<Blob> => {
    const content = await hub.read(path);
    return content instanceof Blob ? content : new Blob([content as Uint8Array<ArrayBuffer>]);
  };
  return {
    hub,
    root: ROOT,
    lost: new Promise(() => {}),
    list: (path = "", options = {}) => hub.list(path, options.recursive === true),
    stat: (path) => hub.stat(path),
    readText: async (path) =>
      new TextDecoder("utf-8", { ignoreBOM: true }).decode(await (await read(path)).arrayBuffer()),
    readBytes: async (path) => {
      const content = await hub.read(path);
      return content instanceof Blob
        ? new Uint8Array(await content.arrayBuffer())
        : (content as Uint8Array<ArrayBuffer>);
    },
    readBlob: read,
    write: (path, content) =>
      one({
        kind: "write",
        path,
        content: typeof content === "string" ? new TextEncoder().encode(content) : content,
      }),
    mkdir: (path) => one({ kind: "mkdir", path }),
    remove: (path) => one({ kind: "remove", path }),
    rename: (from, to) => one({ kind: "rename", path: from, to }),
    symlink: (target, path) => one({ kind: "symlink", path, target }),
    apply: (journal) => hub.apply(journal, journal.origin),
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    usage: () => hub.usage(),
    close: () => hub.close(),
  };
}
