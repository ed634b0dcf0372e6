import type { Change, Content, Entry, Journal, TreeChange } from "../domain/changes.ts";
import { OkcvmError } from "../domain/errors.ts";
import { newId } from "../domain/ids.ts";
import { toWorkspacePath } from "../domain/paths.ts";
import { TaskQueue } from "../domain/queue.ts";
import type { SearchOptions, SearchResult } from "../domain/search.ts";
import type { Branch, FileDiff, RestoreResult, Snapshot, SnapshotAbout } from "../domain/snapshot.ts";
import { ContentReader } from "./history/content-reader.ts";
import { History } from "./history/history.ts";
import { ObjectStore } from "./history/object-store.ts";
import { packLoose } from "./history/pack-loose.ts";
import { repack } from "./history/repack.ts";
import { HubExchange } from "./hub-exchange.ts";
import { searchFiles } from "./search-files.ts";
import {
  EMPTY_BATCH,
  loadAll,
  openDatabase,
  readContents,
  writeBatch,
  type Batch,
  type Loaded,
  type Refs,
} from "./storage/database.ts";
import { packTree } from "./storage/packed-tree.ts";
import type { BatchBuilder } from "./tree/batch-builder.ts";
import { checkJournal } from "./tree/check-journal.ts";
import { LiveTree } from "./tree/live-tree.ts";

/** What a hub tells unasked. */
export interface HubListener {
  /** Durable changes of the tree, in order, before the call that made them is answered. */
  onChanges(changes: TreeChange[], origin: string | null): void;
  /** A snapshot was made or the branch changed. */
  onHistory(): void;
}

/** What the hub has loaded: replaced as a whole after a failure. */
interface State {
  live: LiveTree;
  refs: Refs;
  /** Folders with a record of their own: what an opening reads one by one. */
  single: Set<number>;
}

/** With more folders than this in records of their own, the tree is written as one: an opening is to stay short. */
const MANY_SINGLE = 64;

/** What a killed tab left to be put together waits this long after an opening, so that the first reads come first. Milliseconds. */
const TIDY_AFTER_MS = 2_000;

/**
 * The workspace's files and their history: a tree in memory whose contents,
 * folders and snapshots are durable in IndexedDB before a change is
 * acknowledged. One hub writes a workspace at a time; a later hub takes over
 * and this one's writes then fail.
 */
export class Hub {
  readonly #root: string;
  readonly #db: IDBDatabase;
  readonly #store: ObjectStore;
  readonly #owner: string;
  readonly #queue = new TaskQueue();
  readonly #listener: HubListener;
  readonly #history: History;
  /** What goes out and comes in as Git objects. */
  readonly exchange: HubExchange;
  #state: State;
  #tidying: Promise<void> | null = null;
  #later: ReturnType<typeof setTimeout> | null = null;

  private constructor(
    root: string,
    loaded: { db: IDBDatabase; store: ObjectStore; state: State; owner: string },
    listener: HubListener,
  ) {
    this.#root = root;
    this.#db = loaded.db;
    this.#store = loaded.store;
    this.#state = loaded.state;
    this.#owner = loaded.owner;
    this.#listener = listener;
    this.#history = new History({
      root,
      db: this.#db,
      store: this.#store,
      live: () => this.#state.live,
      refs: () => this.#state.refs,
      write: (batch, builder) => this.#write(batch, builder),
    });
    this.exchange = new HubExchange({
      root,
      store: this.#store,
      history: this.#history,
      refs: () => this.#queue.run(async () => this.#state.refs),
      snapshot: (label, about, always) => this.snapshot(label, about, always),
      packAhead: () => this.#packAhead(),
      changing: (task) => this.#changing(task),
      write: (change) => this.#write({ ...EMPTY_BATCH, ...change }, null),
      moved: (changes) => {
        this.#listener.onChanges(changes, null);
        this.#moved();
      },
    });
  }

  /** Opens a workspace and takes it over from other hubs. */
  static async open(databaseName: string, root: string, listener: HubListener): Promise<Hub> {
    const db = await openDatabase(databaseName);
    const owner = newId();
    const [loaded, store] = await Promise.all([loadAll(db, owner, { take: true }), ObjectStore.open(db)]);
    // The tree is built while the browser makes the take-over durable.
    const hub = new Hub(root, { db, store, state: stateOf(root, loaded), owner }, listener);
    await loaded.taken;
    hub.#tidyLater();
    return hub;
  }

  async list(path: string, recursive: boolean): Promise<Entry[]> {
    const inside = this.#inside(path);
    return this.#queue.run(async () => this.#state.live.list(inside, recursive));
  }

  async stat(path: string): Promise<Entry | null> {
    const inside = this.#inside(path);
    return this.#queue.run(async () => {
      const { path: at, node } = this.#state.live.lookUp(inside);
      return node ? this.#state.live.entry(at, node) : null;
    });
  }

  /** The content of a file, symlinks followed. */
  async read(path: string): Promise<Content> {
    const inside = this.#inside(path);
    return this.#queue.run(async () => {
      const node = this.#state.live.files.get(inside);
      if (!node) throw new OkcvmError("not-found", `${path} does not exist.`);
      if (node.kind !== "file") throw new OkcvmError("is-directory", `${path} is a folder, not a file.`);
      const [content] = await this.#reader().contents([node.content]);
      if (!content) throw new OkcvmError("internal", `The content of ${path} could not be read.`);
      return content;
    });
  }

  /** Applies changes in order, all or nothing, and answers when they are durable. */
  async apply(journal: Journal, origin: string | null): Promise<void> {
    const changes = checkJournal(journal).map((change) => this.#toInside(change));
    await this.#changing(async () => {
      const { live } = this.#state;
      const batch = live.begin();
      const told = changes.map((change) => live.apply(change, batch));
      await this.#write(batch.finish(live.files.root), batch);
      this.#listener.onChanges(told, origin);
    });
  }

  /** See Workspace.snapshot and Workspace.snapshotIfChanged. */
  async snapshot(label: string, about: SnapshotAbout, always: boolean): Promise<Snapshot | null> {
    await this.#packAhead();
    const snapshot = await this.#changing(() => this.#history.snapshot(label, about, { always }));
    if (snapshot) this.#moved();
    return snapshot;
  }

  async snapshots(limit: number, before: string | null): Promise<Snapshot[]> {
    return this.#queue.run(async () => {
      const { commits, head } = this.#history;
      if (before === null) return commits.log(head, limit);
      return commits.log((await commits.get(before)).parents[0] ?? null, limit);
    });
  }

  async restore(id: string, paths: string[] | undefined): Promise<RestoreResult> {
    const inside = paths?.map((path) => this.#inside(path));
    await this.#packAhead();
    const { value, changes } = await this.#changing(() => this.#history.restore(id, inside));
    this.#listener.onChanges(changes, null);
    this.#moved();
    return value;
  }

  async switchBranch(name: string, made: { from: string | null } | undefined): Promise<void> {
    await this.#packAhead();
    const changes = await this.#changing(() => this.#history.switchBranch(name, made));
    this.#listener.onChanges(changes, null);
    this.#moved();
  }

  async diff(
    from: string | null,
    to: string | null,
    options: { lines: boolean; paths?: string[] },
  ): Promise<FileDiff[]> {
    const paths = options.paths?.map((path) => this.#inside(path));
    return this.#queue.run(() =>
      this.#history.diff(from, to, paths ? { ...options, paths } : { lines: options.lines }),
    );
  }

  async readAt(id: string, path: string): Promise<Content> {
    const inside = this.#inside(path);
    return this.#queue.run(() => this.#history.readAt(id, inside));
  }

  async branches(): Promise<Branch[]> {
    return this.#queue.run(async () => this.#history.branches());
  }

  async search(query: string, options: SearchOptions): Promise<SearchResult> {
    const plan = await this.#queue.run(() => this.#history.planAll());
    return searchFiles(plan, this.#reader(), { ...options, query, root: this.#root });
  }

  async usage(): Promise<{ entries: number; bytes: number; history: number }> {
    return this.#queue.run(async () => ({ ...this.#state.live.usage(), history: this.#store.size }));
  }

  async close(): Promise<void> {
    if (this.#later !== null) clearTimeout(this.#later);
    await this.#tidying;
    await this.#queue.idle();
    this.#db.close();
  }

  #inside(path: string): string {
    return toWorkspacePath(this.#root, path);
  }

  #toInside(change: Change): Change {
    const path = this.#inside(change.path);
    if (change.kind === "rename") return { ...change, path, to: this.#inside(change.to) };
    return { ...change, path };
  }

  #reader(): ContentReader {
    return new ContentReader(this.#db, this.#store);
  }

  /** Runs a task that changes the tree or the refs, alone. */
  #changing<T>(task: () => Promise<T>): Promise<T> {
    return this.#queue.run(async () => {
      try {
        return await task();
      } catch (error) {
        // What is in memory may hold half of it: what is durable decides. Another hub's take-over stands.
        const loaded = await loadAll(this.#db, this.#owner, { take: false });
        await loaded.taken;
        this.#state = stateOf(this.#root, loaded);
        throw error;
      }
    });
  }

  async #write(batch: Batch, builder: BatchBuilder | null): Promise<void> {
    await writeBatch(this.#db, this.#owner, batch);
    if (builder) this.#state.live.keep(builder);
    if (batch.refs) this.#state.refs = batch.refs.next;
    if (batch.tree) this.#state.single.clear();
    for (const inode of batch.directories.keys()) this.#state.single.add(inode);
    for (const inode of batch.removedDirectories) this.#state.single.delete(inode);
    this.#store.changed(batch.packs, batch.removedPacks);
  }

  /** Packs many new contents piece by piece, so that the files stay readable while a large snapshot is prepared. */
  async #packAhead(): Promise<void> {
    await packLoose({
      waiting: () => this.#queue.run(() => this.#history.waiting()),
      read: (contents) =>
        readContents(
          this.#db,
          contents.map(({ id }) => id ?? -1),
        ),
      store: this.#store,
      write: (batch) => this.#write(batch, null),
    });
  }

  #moved(): void {
    this.#listener.onHistory();
    this.#tidy();
  }

  #tidyLater(): void {
    this.#later = setTimeout(() => {
      this.#later = null;
      this.#tidy();
    }, TIDY_AFTER_MS);
  }

  /** Puts together what piled up, one such task at a time, beside everything else. */
  #tidy(): void {
    this.#tidying ??= this.#putTogether()
      .catch((error: unknown) => {
        // A full disk or a take-over leaves everything as it was; the next snapshot tries again.
        if (!(error instanceof OkcvmError)) throw error;
      })
      .finally(() => {
        this.#tidying = null;
      });
  }

  async #putTogether(): Promise<void> {
    if (this.#state.single.size > MANY_SINGLE) {
      await this.#queue.run(() =>
        this.#write({ ...EMPTY_BATCH, tree: packTree(this.#state.live.records()) }, null),
      );
    }
    await repack(this.#store, (batch) => this.#queue.run(() => this.#write(batch, null)));
  }
}

function stateOf(root: string, loaded: Loaded): State {
  return { live: new LiveTree(root, loaded), refs: loaded.refs, single: loaded.single };
}
