import type { Change } from "../../domain/changes.ts";
import { OkcvmError, throwIfAborted, toErrorValue } from "../../domain/errors.ts";
import type { Snapshot, SnapshotAbout } from "../../domain/snapshot.ts";
import type { DiskFile, SeenFile } from "../../ports/disk-folders.ts";
import type { Workspace } from "../../ports/workspace.ts";
import type { DiskTaskOptions } from "./api.ts";
import { bytesOf, hashOf, hashOfBytes } from "./contents.ts";
import { inParallel } from "../../domain/in-parallel.ts";

/** One journal holds no more than this of contents. Bytes. */
const JOURNAL_BYTES = 64 * 1024 * 1024;
const READ_AT_ONCE = 16;
/** Larger contents go to the workspace as Blobs, which browsers need not hold in memory. Bytes. */
const BLOB_FROM = 1024 * 1024;

/** What is to become of the workspace's files. */
export interface Incoming {
  files: readonly (readonly [path: string, file: DiskFile])[];
  /** Paths to remove. */
  removed: readonly string[];
  /** Labels of the snapshots before and after. */
  before: string;
  after: string;
}

/** What was brought in, and a snapshot that holds it; null when there is none. */
export interface BroughtIn {
  seen: SeenFile[];
  snapshotId: string | null;
}

/** Writes files of the disk into the workspace between two snapshots: as one journal, or as several when they are too large together. */
export async function bringIn(
  workspace: Workspace,
  incoming: Incoming,
  options: DiskTaskOptions = {},
): Promise<BroughtIn> {
  const seen: SeenFile[] = [];
  const safe = await keepFiles(workspace, incoming.before, "edits");
  let applied = 0;
  try {
    for await (const journal of journalsOf(incoming, options)) {
      await workspace.apply({ origin: "disk", changes: journal.changes });
      seen.push(...journal.seen);
      applied += journal.changes.length;
    }
  } catch (error) {
    throw applied === 0 ? error : halfWay(error, safe);
  }
  const made = await keepFiles(workspace, incoming.after, "import");
  return { seen, snapshotId: made?.id ?? null };
}

/** The snapshot that holds the files as they are now, made when there is none; null for an empty workspace without history. */
export async function keepFiles(
  workspace: Workspace,
  label: string,
  kind: SnapshotAbout["kind"],
): Promise<Snapshot | null> {
  const made = await workspace.snapshotIfChanged(label, { kind });
  return made ?? (await workspace.snapshots(1))[0] ?? null;
}

/** A folder too large for one journal failed on a later one: the person is told where their files are. */
function halfWay(error: unknown, safe: Snapshot | null): OkcvmError {
  const { code, message } = toErrorValue(error);
  const way = safe ? ` The timeline has the files as they were: “${safe.label}”.` : "";
  return new OkcvmError(code, `${message} Part of the folder is here by now.${way}`, error);
}

interface PartJournal {
  changes: Change[];
  seen: SeenFile[];
}

async function* journalsOf(incoming: Incoming, options: DiskTaskOptions): AsyncGenerator<PartJournal> {
  const total = incoming.files.length;
  let removed: Change[] = incoming.removed.map((path) => ({ kind: "remove", path }));
  let done = 0;
  for (const files of partsOf(incoming.files)) {
    const read = await inParallel(files, READ_AT_ONCE, async ([path, file]) => {
      throwIfAborted(options.signal);
      const found = await contentOf(path, file);
      done += 1;
      options.onProgress?.({ phase: "reading", done, total });
      return { path, mtime: file.mtime, size: file.size, ...found };
    });
    throwIfAborted(options.signal);
    yield {
      changes: [
        ...removed,
        ...read.map(({ path, content, mtime }): Change => ({ kind: "write", path, content, mtime })),
      ],
      seen: read.map(({ path, size, mtime, sha256 }) => ({ path, size, mtime, sha256, ownMtime: mtime })),
    };
    removed = [];
  }
  if (removed.length > 0) yield { changes: removed, seen: [] };
}

/** Files in their order, cut where they would be too large together. */
function* partsOf(files: Incoming["files"]): Generator<Incoming["files"]> {
  let start = 0;
  let bytes = 0;
  for (const [index, [, { size }]] of files.entries()) {
    if (index > start && bytes + size > JOURNAL_BYTES) {
      yield files.slice(start, index);
      start = index;
      bytes = 0;
    }
    bytes += size;
  }
  if (start < files.length) yield files.slice(start);
}

async function contentOf(
  path: string,
  { size, content }: DiskFile,
): Promise<{ content: Uint8Array<ArrayBuffer> | Blob; sha256: string }> {
  if (size > BLOB_FROM) return { content: content.slice(0, size), sha256: await hashOf(path, content) };
  const bytes = await bytesOf(path, content);
  return { content: bytes, sha256: hashOfBytes(bytes) };
}
