import { bytesOf } from "../domain/blob-bytes.ts";
import type { OwnServer } from "../domain/own-server.ts";
import type { Change, Content, Entry, Journal, TreeChange } from "../domain/changes.ts";
import { mountRoot } from "../domain/ids.ts";
import type { Caller } from "../domain/rpc.ts";
import type { GitRemote, PushResult, TransferOptions } from "../domain/git-remote.ts";
import type { SearchOptions, SearchResult } from "../domain/search.ts";
import type { Branch, FileDiff, RestoreResult, Snapshot, SnapshotAbout } from "../domain/snapshot.ts";
import type { SharedWorkspace } from "../ports/shared-workspace.ts";
import type { Unsubscribe, Workspace } from "../ports/workspace.ts";
import type { Lock } from "./hold-lock.ts";
import type { ExchangeParts } from "./transfer/git-exchange.ts";

export type ChangesListener = (changes: TreeChange[], origin: string | null) => void;

/** Who hears of a workspace. */
export interface Listeners {
  changes: Set<ChangesListener>;
  history: Set<() => void>;
}

export interface WorkspaceWorkers {
  /** The one that holds the files. */
  hub(): Worker;
  /** One for each ZIP that is read or written; it is ended after it. */
  transfer(): Worker;
  /** One for each exchange with a Git remote; it is ended after it. */
  git(): Worker;
}

const DEFAULT_LIMIT = 100;

export interface ClientParts {
  id: string;
  hub: Caller;
  listeners: Listeners;
  lock: Lock;
  workers: WorkspaceWorkers;
  /** Where Git's requests go through. */
  server: OwnServer;
}

/** The Workspace port over calls to a hub. */
export class WorkspaceClient implements Workspace {
  readonly root: string;
  readonly lost: Promise<void>;
  readonly #parts: ClientParts;

  constructor(parts: ClientParts) {
    this.root = mountRoot(parts.id);
    this.lost = parts.lock.lost;
    this.#parts = parts;
  }

  list(path = "", options: { recursive?: boolean } = {}): Promise<Entry[]> {
    return this.#call("list", path, options.recursive === true);
  }

  stat(path: string): Promise<Entry | null> {
    return this.#call("stat", path);
  }

  async readText(path: string): Promise<string> {
    // A byte order mark is part of the file: who reads, changes and writes it back keeps it.
    return new TextDecoder("utf-8", { ignoreBOM: true }).decode(await this.readBytes(path));
  }

  async readBytes(path: string): Promise<Uint8Array<ArrayBuffer>> {
    return bytesOf(await this.#call<Uint8Array<ArrayBuffer> | Blob>("read", path));
  }

  async readBlob(path: string): Promise<Blob> {
    return asBlob(await this.#call("read", path));
  }

  write(path: string, content: string | Content): Promise<void> {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return this.#change({ kind: "write", path, content: bytes });
  }

  mkdir(path: string): Promise<void> {
    return this.#change({ kind: "mkdir", path });
  }

  remove(path: string): Promise<void> {
    return this.#change({ kind: "remove", path });
  }

  rename(from: string, to: string): Promise<void> {
    return this.#change({ kind: "rename", path: from, to });
  }

  symlink(target: string, path: string): Promise<void> {
    return this.#change({ kind: "symlink", path, target });
  }

  apply(journal: Journal): Promise<void> {
    return this.#call("apply", journal, journal.origin);
  }

  subscribe(listener: ChangesListener): Unsubscribe {
    this.#parts.listeners.changes.add(listener);
    return () => this.#parts.listeners.changes.delete(listener);
  }

  snapshot(label: string, about: SnapshotAbout = { kind: "manual" }): Promise<Snapshot> {
    return this.#call("snapshot", label, about, true);
  }

  snapshotIfChanged(label: string, about: SnapshotAbout): Promise<Snapshot | null> {
    return this.#call("snapshot", label, about, false);
  }

  snapshots(limit = DEFAULT_LIMIT, options: { before?: string } = {}): Promise<Snapshot[]> {
    return this.#call("snapshots", limit, options.before ?? null);
  }

  restore(id: string, options: { paths?: string[] } = {}): Promise<RestoreResult> {
    return this.#call("restore", id, options.paths);
  }

  diff(
    from: string | null,
    to: string | null = null,
    options: { lines?: boolean; paths?: string[] } = {},
  ): Promise<FileDiff[]> {
    const { paths } = options;
    const lines = options.lines !== false;
    return this.#call("diff", from, to, paths ? { lines, paths } : { lines });
  }

  async readAt(id: string, path: string): Promise<Blob> {
    return asBlob(await this.#call("readAt", id, path));
  }

  branches(): Promise<Branch[]> {
    return this.#call("branches");
  }

  switchBranch(name: string, made?: { from: string | null }): Promise<void> {
    return this.#call("switchBranch", name, made);
  }

  subscribeHistory(listener: () => void): Unsubscribe {
    this.#parts.listeners.history.add(listener);
    return () => this.#parts.listeners.history.delete(listener);
  }

  // What moves files in and out is loaded when it is used: the first page has no need of it.
  async exportZip(path = ""): Promise<Uint8Array<ArrayBuffer>> {
    const { exportZip } = await import("./transfer/export-zip.ts");
    return exportZip(this, this.#parts.workers.transfer, path);
  }

  exportGit(): Promise<Uint8Array<ArrayBuffer>> {
    return this.#call("exportGit");
  }

  async importZip(
    zip: Blob,
    options: { into?: string; label?: string } = {},
  ): Promise<{ files: number; bytes: number }> {
    const { importZip } = await import("./transfer/import-zip.ts");
    return importZip(this, this.#parts.workers.transfer, { zip, ...options });
  }

  async importGit(remote: GitRemote, options: TransferOptions = {}): Promise<Snapshot> {
    const { importGit } = await import("./transfer/git-exchange.ts");
    return importGit(this.#git, remote, options, (fetched, label) =>
      this.#call("importPacks", fetched, label),
    );
  }

  async pushGit(remote: GitRemote, options: TransferOptions = {}): Promise<PushResult> {
    const { pushGit } = await import("./transfer/git-exchange.ts");
    return pushGit(this.#git, remote, options, () => this.#call("packBranch"));
  }

  get shared(): SharedWorkspace {
    return {
      packNew: (known) => this.#call("packNew", known),
      take: (packs, heads) => this.#call("takePacks", packs, heads),
      mergeBranch: (name, commit) => this.#call("mergeBranch", name, commit),
    };
  }

  search(query: string, options: SearchOptions = {}): Promise<SearchResult> {
    return this.#call("search", query, options);
  }

  usage(): Promise<{ entries: number; bytes: number; history: number }> {
    return this.#call("usage");
  }

  async close(): Promise<void> {
    // Taken over, maybe in this very tab: the hub of that name is then another's.
    if (!this.#parts.lock.isLost()) await this.#call("close");
    this.#parts.listeners.changes.clear();
    this.#parts.listeners.history.clear();
    this.#parts.lock.release();
  }

  get #git(): ExchangeParts {
    return { makeWorker: this.#parts.workers.git, server: this.#parts.server };
  }

  #change(change: Change): Promise<void> {
    return this.#call("apply", { origin: "", changes: [change] } satisfies Journal, null);
  }

  #call<T>(method: string, ...args: unknown[]): Promise<T> {
    return this.#parts.hub.call<T>(method, this.#parts.id, ...args);
  }
}

function asBlob(content: Uint8Array<ArrayBuffer> | Blob): Blob {
  return content instanceof Blob ? content : new Blob([content]);
}
