import { newId } from "../../domain/ids.ts";
import type { DiskFile, DiskFolder, SeenFile } from "../../ports/disk-folders.ts";
import type {
  ChosenFolder,
  DiskTaskOptions,
  FolderLook,
  LinkedFolder,
  SkippedFile,
  TakeResult,
} from "./api.ts";
import { bringIn, keepFiles } from "./bring-in.ts";
import { RememberedLink, type DiskParts } from "./linked-folder.ts";
import { scanDisk } from "./scan-disk.ts";
import { obstacle, scanWorkspace, type WorkspaceScan } from "./scan-workspace.ts";

/** The files of a folder that can be brought here. */
interface Found {
  files: [path: string, file: DiskFile][];
  look: FolderLook;
}

/** See ChosenFolder in api.ts. */
export class PickedFolder implements ChosenFolder {
  readonly known: boolean;
  readonly #parts: DiskParts;
  readonly #folder: DiskFolder;
  #found: Found | null = null;

  constructor(parts: DiskParts, folder: DiskFolder, known: boolean) {
    this.#parts = parts;
    this.#folder = folder;
    this.known = known;
  }

  get name(): string {
    return this.#folder.name;
  }

  async look(options: DiskTaskOptions = {}): Promise<FolderLook> {
    this.#found = await this.#lookThrough(options);
    return this.#found.look;
  }

  async open(options: DiskTaskOptions = {}): Promise<TakeResult> {
    const { files, look } = (this.#found ??= await this.#lookThrough(options));
    const incoming = { files, removed: [], ...labels(this.name) };
    const brought = await bringIn(this.#parts.session.workspace, incoming, options);
    await this.#remember(brought.seen, brought.snapshotId, this.#parts.clock.now());
    const failed = look.skipped.map(({ path, reason }) => ({ path, message: reason }));
    return { taken: files.map(([path]) => path), removed: [], failed, stale: [] };
  }

  async link(): Promise<LinkedFolder> {
    // What comparisons tell changed files by.
    const label = `Before comparing with the folder “${this.name}”`;
    const kept = await keepFiles(this.#parts.session.workspace, label, "edits");
    return this.#remember([], kept?.id ?? null, null);
  }

  async #lookThrough(options: DiskTaskOptions): Promise<Found> {
    const scan = await scanDisk(this.#folder, options);
    const here = await scanWorkspace(this.#parts.session.workspace);
    const skipped: SkippedFile[] = [...scan.skipped];
    const files: Found["files"] = [];
    for (const [path, file] of scan.files) {
      const reason = obstacle(here, path);
      if (reason === null) files.push([path, file]);
      else skipped.push({ path, reason });
    }
    const bytes = files.reduce((sum, [, { size }]) => sum + size, 0);
    const replaced = files.filter(([path, file]) => isAnother(here, path, file)).length;
    return { files, look: { files: files.length, bytes, replaced, skipped } };
  }

  async #remember(
    seen: readonly SeenFile[],
    snapshotId: string | null,
    syncedAt: number | null,
  ): Promise<LinkedFolder> {
    const remembered = { link: newId(), folder: this.#folder, syncedAt, snapshotId };
    await this.#parts.folders.remember(this.#parts.session.id, remembered, seen);
    return new RememberedLink(this.#parts, remembered);
  }
}

function isAnother({ files }: WorkspaceScan, path: string, file: DiskFile): boolean {
  const there = files.get(path);
  return there !== undefined && (there.size !== file.size || there.mtime !== file.mtime);
}

function labels(name: string): { before: string; after: string } {
  return { before: `Before opening the folder “${name}”`, after: `Opened the folder “${name}”` };
}
