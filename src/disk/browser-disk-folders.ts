import { OkcvmError } from "../domain/errors.ts";
import type {
  DiskFolder,
  DiskFolders,
  RememberedFolder,
  SeenFile,
  SeenUpdate,
} from "../ports/disk-folders.ts";
import { DiskDatabase, type SeenRow } from "./database.ts";
import { diskError } from "./failure.ts";
import { HandleFolder } from "./handle-folder.ts";

/** What Chromium adds to the page, which no standard holds yet. */
interface Picker {
  showDirectoryPicker?(options: {
    id: string;
    mode: "read" | "readwrite";
  }): Promise<FileSystemDirectoryHandle>;
}

/** The browser's folders, remembered in a database of their own. */
export function browserDiskFolders(): DiskFolders {
  return new BrowserDiskFolders(new DiskDatabase());
}

/** Folders by the File System Access API; handles and what was seen lie in IndexedDB. */
export class BrowserDiskFolders implements DiskFolders {
  readonly #db: DiskDatabase;

  constructor(db: DiskDatabase) {
    this.#db = db;
  }

  async pick(): Promise<DiskFolder | null> {
    const picker = globalThis as Picker;
    if (!picker.showDirectoryPicker) {
      throw new OkcvmError(
        "not-supported",
        "This browser cannot open folders of your disk. Use ZIP files instead.",
      );
    }
    try {
      // To read only: writing is asked for when there is something to write.
      return new HandleFolder(await picker.showDirectoryPicker({ id: "okcvm", mode: "read" }));
    } catch (error) {
      // The person closed the picker.
      if (error instanceof DOMException && error.name === "AbortError") return null;
      throw diskError(error, "the folder");
    }
  }

  async remembered(conversationId: string): Promise<RememberedFolder | null> {
    const row = await this.#db.folders.get(conversationId);
    if (!row) return null;
    const { link, handle, syncedAt, snapshotId } = row;
    return { link, folder: new HandleFolder(handle), syncedAt, snapshotId };
  }

  async seen(conversationId: string): Promise<SeenFile[]> {
    const rows = await this.#db.seen.where("conversationId").equals(conversationId).toArray();
    return rows.map(({ path, size, mtime, sha256, ownMtime }) => ({ path, size, mtime, sha256, ownMtime }));
  }

  async remember(
    conversationId: string,
    remembered: RememberedFolder,
    seen: readonly SeenFile[],
  ): Promise<void> {
    const { folder, ...rest } = remembered;
    if (!(folder instanceof HandleFolder))
      throw new OkcvmError("internal", "A folder of another kind cannot be remembered.");
    await this.#changing(async () => {
      await this.#db.seen.where("conversationId").equals(conversationId).delete();
      await this.#db.folders.put({ conversationId, handle: folder.handle, ...rest });
      await this.#db.seen.bulkPut(rowsOf(conversationId, seen));
    });
  }

  async update(conversationId: string, link: string, update: SeenUpdate): Promise<void> {
    const { seen = [], gone = [], syncedAt } = update;
    await this.#changing(async () => {
      const row = await this.#db.folders.get(conversationId);
      if (row?.link !== link) {
        throw new OkcvmError(
          "not-found",
          "This conversation works with another folder by now: it was changed in another tab.",
        );
      }
      await this.#db.seen.bulkDelete(gone.map((path) => [conversationId, path]));
      await this.#db.seen.bulkPut(rowsOf(conversationId, seen));
      if (syncedAt !== undefined) await this.#db.folders.put({ ...row, syncedAt });
    });
  }

  forget(conversationId: string): Promise<void> {
    return this.#changing(async () => {
      await this.#db.seen.where("conversationId").equals(conversationId).delete();
      await this.#db.folders.delete(conversationId);
    });
  }

  async #changing(task: () => Promise<void>): Promise<void> {
    await this.#db.transaction("rw", [this.#db.folders, this.#db.seen], task);
  }
}

function rowsOf(conversationId: string, seen: readonly SeenFile[]): SeenRow[] {
  return seen.map((file) => ({ conversationId, ...file }));
}
