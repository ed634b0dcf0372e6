import { OkcvmError } from "../../domain/errors.ts";
import { toWorkspacePath } from "../../domain/paths.ts";
import type { Clock } from "../../ports/clock.ts";
import type { DiskAccess, DiskFolder, DiskFolders, RememberedFolder } from "../../ports/disk-folders.ts";
import type { Workspace } from "../../ports/workspace.ts";
import type { Session } from "../api.ts";
import type {
  DiskComparison,
  DiskDifference,
  DiskFailure,
  DiskTaskOptions,
  LinkedFolder,
  SkippedFile,
  TakeResult,
  WriteResult,
} from "./api.ts";
import { bringIn } from "./bring-in.ts";
import { compareSides } from "./compare.ts";
import { inParallel } from "../../domain/in-parallel.ts";
import { isSkipped, scanDisk } from "./scan-disk.ts";
import { obstacle, scanWorkspace, type WorkspaceScan } from "./scan-workspace.ts";
import { staleOf } from "./unchanged.ts";
import { writeOut } from "./write-out.ts";

/** What work with a folder needs. */
export interface DiskParts {
  folders: DiskFolders;
  clock: Clock;
  /** A session's workspace is another one after it has followed another tab. */
  session: Pick<Session, "id" | "workspace">;
}

const READ_AT_ONCE = 16;

/** See LinkedFolder in api.ts. */
export class RememberedLink implements LinkedFolder {
  readonly #parts: DiskParts;
  readonly #remembered: RememberedFolder;
  #syncedAt: number | null;

  constructor(parts: DiskParts, remembered: RememberedFolder) {
    this.#parts = parts;
    this.#remembered = remembered;
    this.#syncedAt = remembered.syncedAt;
  }

  get name(): string {
    return this.#folder.name;
  }

  get syncedAt(): number | null {
    return this.#syncedAt;
  }

  permission(access: DiskAccess): Promise<"granted" | "prompt" | "denied"> {
    return this.#folder.permission(access);
  }

  request(access: DiskAccess): Promise<boolean> {
    return this.#folder.request(access);
  }

  async compare(options: DiskTaskOptions = {}): Promise<DiskComparison> {
    await this.#needs("read");
    const workspace = this.#workspace;
    const seen = await this.#seen();
    const disk = await scanDisk(this.#folder, options);
    const here = await scanWorkspace(workspace, (path) => seen.has(path));
    const skipped = new Set(disk.skipped.map(({ path }) => path));
    const found = await compareSides(
      {
        workspace,
        folder: this.#folder,
        here: here.files,
        disk: disk.files,
        seen,
        touched: await this.#touched(),
        unknown: (path) => here.kinds.get(path) === "symlink" || isSkipped(skipped, path),
      },
      options,
    );
    await this.#update({ seen: found.seen, gone: found.gone });
    return {
      differences: found.differences,
      same: found.same,
      skipped: [...disk.skipped, ...here.links.map(skippedLink)],
    };
  }

  async write(differences: readonly DiskDifference[], options: DiskTaskOptions = {}): Promise<WriteResult> {
    if (differences.some(({ changed }) => changed === "disk"))
      throw new OkcvmError("bad-arguments", "What changed only on the disk is never written over.");
    await this.#needs("write");
    const sides = { workspace: this.#workspace, folder: this.#folder };
    const { seen, ...result } = await writeOut(differences, sides, options);
    if (result.written.length + result.deleted.length > 0) await this.#synced({ seen, gone: result.deleted });
    return result;
  }

  async take(differences: readonly DiskDifference[], options: DiskTaskOptions = {}): Promise<TakeResult> {
    if (differences.some(({ changed }) => changed === "here"))
      throw new OkcvmError("bad-arguments", "What changed only here cannot be taken from the disk.");
    await this.#needs("read");
    const workspace = this.#workspace;
    const stale = await staleOf(differences, { workspace, folder: this.#folder });
    if (stale.length > 0) return { taken: [], removed: [], failed: [], stale };
    const seen = await this.#seen();
    const here = await scanWorkspace(workspace, (path) => seen.has(path));
    const { free, failed } = withoutObstacles(differences, here);
    const coming = free.filter(({ disk }) => disk !== null).map(({ path }) => path);
    const removed = free.filter(({ disk }) => disk === null).map(({ path }) => path);
    if (free.length > 0) {
      const files = await inParallel(
        coming,
        READ_AT_ONCE,
        async (path) => [path, await this.#read(path)] as const,
      );
      const brought = await bringIn(workspace, { files, removed, ...labels(this.name) }, options);
      await this.#synced({ seen: brought.seen, gone: removed });
    }
    return { taken: coming, removed, failed, stale: [] };
  }

  async contents(path: string): Promise<{ here: Blob | null; disk: Blob | null }> {
    const entry = await this.#workspace.stat(path);
    const here = entry?.kind === "file" ? await this.#workspace.readBlob(path) : null;
    return { here, disk: (await this.#folder.read(path))?.content ?? null };
  }

  get #folder(): DiskFolder {
    return this.#remembered.folder;
  }

  get #workspace(): Workspace {
    return this.#parts.session.workspace;
  }

  async #read(path: string): Promise<NonNullable<Awaited<ReturnType<DiskFolder["read"]>>>> {
    const file = await this.#folder.read(path);
    if (!file) throw new OkcvmError("not-read", `“${path}” was deleted on the disk just now. Compare again.`);
    return file;
  }

  async #needs(access: DiskAccess): Promise<void> {
    if ((await this.#folder.permission(access)) === "granted") return;
    const doing = access === "read" ? "read" : "write in";
    throw new OkcvmError(
      "not-supported",
      `The browser does not let this page ${doing} “${this.name}”. Allow it, then try again.`,
    );
  }

  async #seen(): Promise<Map<string, Awaited<ReturnType<DiskFolders["seen"]>>[number]>> {
    const rows = await this.#parts.folders.seen(this.#parts.session.id);
    return new Map(rows.map((row) => [row.path, row]));
  }

  /** What the workspace's history says has changed since the folder was opened; everything may have when it cannot say. */
  async #touched(): Promise<(path: string) => boolean> {
    const { snapshotId } = this.#remembered;
    if (snapshotId === null) return () => true;
    try {
      const { root } = this.#workspace;
      const changed = await this.#workspace.diff(snapshotId, null, { lines: false });
      const paths = new Set(
        changed
          .flatMap(({ path, oldPath }) => (oldPath === undefined ? [path] : [path, oldPath]))
          .map((path) => toWorkspacePath(root, path)),
      );
      return (path) => paths.has(path);
    } catch (error) {
      // A history that was replaced does not know the snapshot: every file is then read.
      if (error instanceof OkcvmError && error.code === "not-found") return () => true;
      throw error;
    }
  }

  async #synced(update: Parameters<DiskFolders["update"]>[2]): Promise<void> {
    const syncedAt = this.#parts.clock.now();
    await this.#update({ ...update, syncedAt });
    this.#syncedAt = syncedAt;
  }

  #update(update: Parameters<DiskFolders["update"]>[2]): Promise<void> {
    return this.#parts.folders.update(this.#parts.session.id, this.#remembered.link, update);
  }
}

function withoutObstacles(
  differences: readonly DiskDifference[],
  here: WorkspaceScan,
): { free: DiskDifference[]; failed: DiskFailure[] } {
  const failed: DiskFailure[] = [];
  const free = differences.filter(({ path, disk }) => {
    const message = disk === null ? null : obstacle(here, path);
    if (message !== null) failed.push({ path, message });
    return message === null;
  });
  return { free, failed };
}

function skippedLink(path: string): SkippedFile {
  return { path, reason: "It is a link, and a browser cannot make links on a disk." };
}

function labels(name: string): { before: string; after: string } {
  return {
    before: `Before taking changes from the folder “${name}”`,
    after: `Took changes from the folder “${name}”`,
  };
}
