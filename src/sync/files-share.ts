import { OkcvmError, throwIfAborted, toErrorValue, type ErrorValue } from "../domain/errors.ts";
import { TaskQueue } from "../domain/queue.ts";
import { itemId, refHash } from "../domain/sync-items.ts";
import type { PushOp } from "../domain/sync-protocol.ts";
import type { Clock } from "../ports/clock.ts";
import type { IncomingPack, Outgoing } from "../ports/shared-workspace.ts";
import type { ShareFiles } from "../ports/sync.ts";
import type { RemoteFiles, RemotePack, RemoteRef, SyncStore } from "../ports/sync-store.ts";
import { uploadPack } from "./blob-transfer.ts";
import { writeBody } from "./item-bodies.ts";
import { makeSpace } from "./make-space.ts";
import type { PushReply, ServerApi } from "./server-api.ts";
import { Wake } from "./wake.ts";

/** What a person changed is kept as a snapshot after this long without a further change, so that it can go out. Milliseconds. */
const QUIET_MS = 500;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** Looked at again this often even when nothing was told. Milliseconds. */
const LOOK_AGAIN_MS = 5 * 60_000;
/** Packs that are taken in together. Bytes. */
const TOGETHER_BYTES = 64 * 1024 * 1024;

export interface FilesShareParts extends ShareFiles {
  store: SyncStore;
  /** null while there is no account. */
  api(): Promise<ServerApi | null>;
  clock: Clock;
  /** Called when `problem` is another. */
  onProblem(): void;
  /** Has the changes of others brought here. */
  pull(): void;
  report(error: unknown): void;
}

/** Keeps the files of one open conversation, with their history, and the server's the same. */
export class FilesShare {
  readonly #parts: FilesShareParts;
  readonly #over = new AbortController();
  readonly #wake = new Wake();
  readonly #keeping = new TaskQueue();
  readonly #stops: (() => void)[] = [];
  /** Commits of the server's branches that are in the ones of here, by branch. */
  readonly #merged = new Map<string, string>();
  #quiet: AbortController | null = null;
  #failures = 0;
  #problem: ErrorValue | null = null;
  /** True while changes wait to become a snapshot. */
  #unsaved = false;
  readonly #ended: Promise<void>;

  constructor(parts: FilesShareParts) {
    this.#parts = parts;
    const { workspace, store, conversationId } = parts;
    this.#stops.push(
      workspace.subscribeHistory(() => this.poke()),
      workspace.subscribe(() => this.#onChange()),
      store.subscribeArrivals((spaces) => spaces.includes(conversationId) && this.poke()),
    );
    this.#ended = this.#run();
  }

  /** Something may be different: looks at once. */
  poke(): void {
    if (this.#failures === 0) this.#wake.now();
  }

  /** The server may be there again. */
  retry(): void {
    this.#failures = 0;
    // Changed before there was an account.
    if (this.#unsaved) this.#onChange();
    this.#wake.now();
  }

  async close(): Promise<void> {
    for (const stop of this.#stops.splice(0)) stop();
    this.#over.abort();
    this.#quiet?.abort();
    await this.#ended;
  }

  /** One exchange. Errors: why it could not be. */
  async exchange(): Promise<void> {
    const { workspace, store, conversationId } = this.#parts;
    const api = await this.#parts.api();
    if (!api || !workspace.shared) return;
    await this.#receive(api, await store.remoteFiles(conversationId));
    await this.#send(api, await store.remoteFiles(conversationId));
  }

  /** Why the files cannot be exchanged now; null when they can, or when the server is just not there. */
  get problem(): ErrorValue | null {
    return this.#problem;
  }

  #tell(problem: ErrorValue | null): void {
    // The engine meets the network's failures too, and tells of them.
    const told = problem?.code === "unreachable" || problem?.code === "aborted" ? null : problem;
    if (told?.message === this.#problem?.message) return;
    this.#problem = told;
    this.#parts.onProblem();
  }

  async #run(): Promise<void> {
    const { signal } = this.#over;
    while (!signal.aborted) {
      let pause = LOOK_AGAIN_MS;
      try {
        await this.exchange();
        this.#failures = 0;
        this.#tell(null);
      } catch (error) {
        if (signal.aborted) return;
        pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** this.#failures);
        this.#failures += 1;
        this.#tell(toErrorValue(error));
        if (this.#problem?.code === "internal") this.#parts.report(error);
      }
      await this.#wake.wait(pause, this.#parts.clock, signal);
    }
  }

  /** Takes in what others did. The files in view are left alone while a reply is being written. */
  async #receive(api: ServerApi, remote: RemoteFiles): Promise<void> {
    const { workspace, running, onMerged } = this.#parts;
    const branches = await workspace.branches();
    const headOf = new Map(branches.map(({ name, head }) => [name, head]));
    const current = branches.find((branch) => branch.current)?.name;
    const news = remote.refs.filter(
      ({ hash, name, oid }) =>
        oid !== null &&
        headOf.get(name) !== oid &&
        this.#merged.get(hash) !== oid &&
        !(running() && name === current),
    );
    if (news.length === 0) return;
    await this.#download(api, remote, news);
    for (const { hash, name, oid } of news) {
      throwIfAborted(this.#over.signal);
      if (oid === null || (running() && name === current)) continue;
      await workspace.shared?.mergeBranch(name, oid);
      this.#merged.set(hash, oid);
    }
    onMerged();
  }

  async #download(api: ServerApi, remote: RemoteFiles, news: readonly RemoteRef[]): Promise<void> {
    const { workspace, store, conversationId: space } = this.#parts;
    const wanted = remote.packs.filter(({ here }) => !here);
    const heads = news.flatMap(({ oid }) => (oid === null ? [] : [oid]));
    let held: { packs: IncomingPack[]; rows: RemotePack[]; bytes: number } = {
      packs: [],
      rows: [],
      bytes: 0,
    };
    const take = async (whose: readonly string[]): Promise<void> => {
      await workspace.shared?.take(held.packs, whose);
      await store.noteFiles(space, { here: held.rows });
      held = { packs: [], rows: [], bytes: 0 };
    };
    for (const row of wanted) {
      throwIfAborted(this.#over.signal);
      if (held.bytes + row.size > TOGETHER_BYTES && held.packs.length > 0) await take([]);
      const [pack, index] = await Promise.all([
        api.readBlob(space, row.id),
        api.readBlob(space, `${row.id}.idx`),
      ]);
      held.packs.push({ pack, index });
      held.rows.push(row);
      held.bytes += row.size;
    }
    await take(heads);
  }

  /** Pushes what the server lacks. */
  async #send(api: ServerApi, remote: RemoteFiles): Promise<void> {
    const { workspace, store, conversationId: space } = this.#parts;
    const refOf = new Map(remote.refs.map((ref) => [ref.name, ref]));
    const branches = await workspace.branches();
    const moved = branches.filter(({ name, head }) => head !== null && isNew(refOf.get(name), head));
    if (moved.length === 0) return this.#settle();
    const known = remote.refs.flatMap(({ oid }) => (oid === null ? [] : [oid]));
    const outgoing = await workspace.shared?.packNew(known);
    if (!outgoing) return;
    await store.setFilesWaiting(space, true);
    const isUnknown = !(await store.spaces()).some(({ id, made }) => id === space && made);
    const cursor = await makeSpace(store, api, space);
    if (isUnknown) await store.publish(space);
    const packs = await this.#upload(api, outgoing);
    const refs = outgoing.branches
      .filter(({ name, head }) => head !== null && isNew(refOf.get(name), head))
      .map(({ name, head }) => ({
        hash: refHash(name),
        name,
        oid: head ?? "",
        seq: refOf.get(name)?.seq ?? null,
      }));
    const head = outgoing.branches.find((branch) => branch.current)?.name ?? null;
    const ops = await this.#opsFor({ packs, refs, head: head === remote.head ? null : head });
    const reply = await api.push(space, ops, cursor);
    await this.#note(reply, { packs, refs, head });
  }

  async #upload(api: ServerApi, { packs, absent }: Outgoing): Promise<RemotePack[]> {
    const { conversationId: space } = this.#parts;
    const rows: RemotePack[] = [];
    for (const pack of packs) {
      const { size } = await uploadPack(api, { space, pack, absent }, this.#over.signal);
      rows.push({ id: pack.id, size, replaces: [], here: true });
    }
    return rows;
  }

  async #opsFor({ packs, refs, head }: Sent): Promise<PushOp[]> {
    const { store } = this.#parts;
    const ops: PushOp[] = [];
    const add = async (op: Omit<PushOp, "stamp">): Promise<void> => {
      ops.push({ ...op, stamp: await store.nextStamp() });
    };
    for (const { id: packId, size, replaces } of packs) {
      const value = { kind: "pack" as const, packId, size, replaces };
      await add({ id: itemId(value), class: "add", body: writeBody(value) });
    }
    for (const { seq, ...ref } of refs) {
      const value = { kind: "ref" as const, ...ref };
      await add({ id: itemId(value), class: "cas", body: writeBody(value), expect: seq });
    }
    if (head !== null)
      await add({ id: "head", class: "set", body: writeBody({ kind: "head", branch: head }) });
    return ops;
  }

  /** Takes note of what was taken; where another was faster, its work is taken in first and all is tried again. */
  async #note(reply: PushReply, { packs, refs, head }: Sent): Promise<void> {
    const { store, conversationId: space, pull } = this.#parts;
    const resultOf = new Map(reply.results.map((result) => [result.id, result]));
    const taken: RemoteRef[] = [];
    let behind = false;
    for (const { hash, name, oid } of refs) {
      const result = resultOf.get(itemId({ kind: "ref", hash }));
      if (result?.status === "quota")
        throw new OkcvmError("too-large", "The account has no room left on the server.");
      if (result?.status === "new" || result?.status === "dup")
        taken.push({ hash, name, oid, was: null, seq: result.seq ?? 0 });
      else behind = true;
    }
    await store.noteFiles(space, { refs: taken, here: packs, head });
    if (reply.cursor !== undefined)
      await store.apply(space, [], { cursor: reply.cursor, end: true, head: reply.headSeq });
    if (behind || reply.cursor === undefined) pull();
    if (!behind) await this.#settle();
  }

  async #settle(): Promise<void> {
    if (!this.#unsaved) await this.#parts.store.setFilesWaiting(this.#parts.conversationId, false);
  }

  /** Files changed here: they go out as a snapshot when it is quiet. */
  #onChange(): void {
    this.#quiet?.abort();
    const quiet = new AbortController();
    this.#quiet = quiet;
    this.#unsaved = true;
    void this.#keeping.run(() => this.#keepWhenQuiet(quiet.signal)).catch(this.#parts.report);
  }

  async #keepWhenQuiet(signal: AbortSignal): Promise<void> {
    const { workspace, clock, store, running, conversationId } = this.#parts;
    if (signal.aborted || !(await this.#parts.api())) return;
    try {
      await store.setFilesWaiting(conversationId, true);
      await clock.sleep(QUIET_MS, signal);
      // A reply keeps what it changes itself, step by step.
      if (!running()) await workspace.snapshotIfChanged("Your edits", { kind: "edits" });
      this.#unsaved = signal.aborted;
      this.poke();
    } catch (error) {
      const { code } = toErrorValue(error);
      if (code !== "aborted" && code !== "workspace-busy") throw error;
    }
  }
}

interface Sent {
  packs: RemotePack[];
  refs: { hash: string; name: string; oid: string; seq: number | null }[];
  head: string | null;
}

/** Whether a branch's newest commit is another than the server's. One that was removed there stays so until it is worked on. */
function isNew(ref: RemoteRef | undefined, head: string | null): boolean {
  return !ref || (ref.oid === null ? ref.was !== head : ref.oid !== head);
}
