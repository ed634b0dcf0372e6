import { Dexie, type EntityTable, type Table } from "dexie";

import type { SeenFile } from "../ports/disk-folders.ts";

/** The folder of a conversation. A handle is stored as it is: the browser keeps what it may do. */
export interface FolderRow {
  conversationId: string;
  link: string;
  handle: FileSystemDirectoryHandle;
  syncedAt: number | null;
  snapshotId: string | null;
}

export interface SeenRow extends SeenFile {
  conversationId: string;
}

/** A database of this room's own: handles are no part of a conversation that could be exported or synced. */
export class DiskDatabase extends Dexie {
  folders!: EntityTable<FolderRow, "conversationId">;
  seen!: Table<SeenRow, [string, string]>;

  constructor(name = "okcvm-disk") {
    super(name, { chromeTransactionDurability: "strict" });
    this.version(1).stores({
      folders: "conversationId",
      seen: "[conversationId+path], conversationId",
    });
  }
}
