import { OkcvmError, throwIfAborted } from "../domain/errors.ts";
import { classOf, itemId, type ItemName, type ItemValue } from "../domain/sync-items.ts";
import type { PushOp } from "../domain/sync-protocol.ts";
import type { Branch } from "../domain/snapshot.ts";
import type { IncomingPack, Outgoing } from "../ports/shared-workspace.ts";
import type { ShareFiles } from "../ports/sync.ts";
import type { RemoteFiles, RemotePack, RemoteRef, SyncStore } from "../ports/sync-store.ts";
import { NOTHING, type RemoteSpace } from "./remote-space.ts";
import { RemoteSpaces } from "./remote-spaces.ts";
import { repackSealed } from "./sealed-repack.ts";
import { ServerRefusal, type PushReply, type ServerApi } from "./server-api.ts";
import { mayWrite } from "./space-roles.ts";

const OF_ANOTHER = "A conversation belongs to another account. It stays in this browser.";

/** Packs that are taken in together. Bytes. */
const TOGETHER_BYTES = 64 * 1024 * 1024;

export interface FilesExchangeParts extends ShareFiles {
  store: SyncStore;
  /** null while there is no account. */
  api(): Promise<ServerApi | null>;
  /** Has the changes of others brought here. */
  pull(): void;
}

/** Brings the files of one conversation, with their history, and the server's to the same state. */
export class FilesExchange {
  readonly #parts: FilesExchangeParts;
  /** Ends what is under way. */
  readonly #signal: AbortSignal;
  /** The newest commits of the server's branches that are in the ones of here, by branch. */
  readonly #merged = new Map<string, string>();

  constructor(parts: FilesExchangeParts, signal: AbortSignal) {
    this.#parts = parts;
    this.#signal = signal;
  }

  /** One exchange. Answers whether the server has everything now, or all that it takes from this account. Errors: why it could not be. */
  async run(): Promise<boolean> {
    const { workspace, store, conversationId } = this.#parts;
    const api = await this.#parts.api();
    if (!api || !workspace.shared) return false;
    const deleter = await store.deletion(conversationId);
    // What was deleted here goes nowhere any more; what another deleted is looked at first.
    if (deleter === "self") return true;
    const spaces = new RemoteSpaces(store, api);
    // One look for all of it: what is pushed goes in the place of what was taken in, and not of what comes meanwhile.
    const remote = await store.remoteFiles(conversationId);
    // Of one that was never there nothing comes, and it is not decided yet whether it is encrypted.
    if ((await store.space(conversationId))?.made)
      await this.#receive(await spaces.open(conversationId), remote);
    if (!(await mayWrite(store, conversationId))) {
      await this.#noteStay(await store.remoteFiles(conversationId));
      return true;
    }
    if (deleter === "other") {
      if (movedBranches(await workspace.branches(), remote).length === 0) return true;
      // There is work here that the other had not seen.
      await store.bringBack(conversationId);
    }
    try {
      return await this.#send({ api, spaces }, remote);
    } catch (error) {
      // The account's role is another than it was: the engine learns which one.
      if (!(error instanceof ServerRefusal)) throw error;
      if (error.reason === "exists") {
        if (await mayWrite(store, conversationId)) throw new OkcvmError("exists", OF_ANOTHER, error);
        await this.#noteStay(await store.remoteFiles(conversationId));
        return true;
      }
      if (error.status !== 404 && error.reason !== "read_only") throw error;
      this.#parts.pull();
      return error.reason === "read_only";
    }
  }

  /** Notes whether there is something here that nobody else gets. */
  async #noteStay(remote: RemoteFiles): Promise<void> {
    const { workspace, store, conversationId, pull } = this.#parts;
    const filesStay = movedBranches(await workspace.branches(), remote).length > 0;
    if ((await store.space(conversationId))?.filesStay === filesStay) return;
    await store.saveSpace(conversationId, { filesStay });
    // The engine tells of it.
    pull();
  }

  /** Takes in what others did. The files in view are left alone while a reply is being written. */
  async #receive(space: RemoteSpace, remote: RemoteFiles): Promise<void> {
    const { workspace, running, onMerged } = this.#parts;
    const branches = await workspace.branches();
    const headOf = new Map(branches.map(({ name, head }) => [name, head]));
    const current = branches.find((branch) => branch.current)?.name;
    for (const { hash, name, oid } of remote.refs)
      if (oid !== null && headOf.get(name) === oid) this.#merged.set(hash, oid);
    const news = remote.refs.filter((ref) => !this.#isIn(ref) && !(running() && ref.name === current));
    if (news.length === 0) return;
    await this.#download(space, remote, news);
    const conflicts: string[] = [];
    for (const { hash, name, oid } of news) {
      throwIfAborted(this.#signal);
      if (oid === null || (running() && name === current)) continue;
      const merge = await workspace.shared?.mergeBranch(name, oid);
      if (merge && name === current) conflicts.push(...merge.conflicts);
      this.#merged.set(hash, oid);
    }
    onMerged(conflicts);
  }

  /** Whether all that the server has of a branch is in the one of here. */
  #isIn({ hash, oid }: RemoteRef): boolean {
    return oid === null || this.#merged.get(hash) === oid;
  }

  async #download(from: RemoteSpace, remote: RemoteFiles, news: readonly RemoteRef[]): Promise<void> {
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
      throwIfAborted(this.#signal);
      if (held.bytes + row.size > TOGETHER_BYTES && held.packs.length > 0) await take([]);
      held.packs.push(await from.getPack(row));
      held.rows.push(row);
      held.bytes += row.size;
    }
    await take(heads);
  }

  /** Pushes what the server lacks, but for branches whose news wait for the end of a reply. Answers whether it has everything then. */
  async #send(
    { api, spaces }: { api: ServerApi; spaces: RemoteSpaces },
    remote: RemoteFiles,
  ): Promise<boolean> {
    const { workspace, store, conversationId: space } = this.#parts;
    const refOf = new Map(remote.refs.map((ref) => [ref.name, ref]));
    const isBehind = (name: string): boolean => {
      const ref = refOf.get(name);
      return ref !== undefined && !this.#isIn(ref);
    };
    const here = movedBranches(await workspace.branches(), remote);
    if (here.length === 0) return true;
    if (here.every(({ name }) => isBehind(name))) return false;
    const known = remote.refs.flatMap((ref) => (ref.oid !== null && this.#isIn(ref) ? [ref.oid] : []));
    const outgoing = await workspace.shared?.packNew(known);
    if (!outgoing) return false;
    await store.setFilesWaiting(space, true);
    const isUnknown = (await store.space(space))?.made !== true;
    const cursor = await spaces.make(space);
    const to = await spaces.open(space);
    if (isUnknown) await store.publish(space);
    const packs = await this.#upload(to, outgoing);
    const moved = movedBranches(outgoing.branches, remote);
    const changed = moved.filter(({ name }) => !isBehind(name));
    const refs = await Promise.all(
      changed.map(async ({ name, head }) => ({
        hash: await to.branchHash(name),
        name,
        oid: head ?? "",
        seq: refOf.get(name)?.seq ?? null,
      })),
    );
    const head = outgoing.branches.find((branch) => branch.current)?.name ?? null;
    const ops = await this.#opsFor(to, { packs, refs, head: head === remote.head ? null : head });
    const reply = await api.push(space, ops, cursor);
    const whole = await this.#note(reply, { packs, refs, head });
    if (whole && to.isSealed) await this.#tidy(api, to);
    return whole && changed.length === moved.length;
  }

  /** Every snapshot is a pack of its own: in time there are many, and the server cannot put these together. */
  async #tidy(api: ServerApi, remote: RemoteSpace): Promise<void> {
    const { store, conversationId: space, pull } = this.#parts;
    try {
      const { packs } = await store.remoteFiles(space);
      if (await repackSealed({ store, api, space, remote }, packs, this.#signal)) pull();
    } catch (error) {
      // Nothing depends on it: the next push tries again.
      if (!(error instanceof OkcvmError)) throw error;
    }
  }

  async #upload(to: RemoteSpace, { packs, absent }: Outgoing): Promise<RemotePack[]> {
    const rows: RemotePack[] = [];
    for (const pack of packs) rows.push(await to.putPack(pack, absent, this.#signal));
    return rows;
  }

  async #opsFor(to: RemoteSpace, { packs, refs, head }: Sent): Promise<PushOp[]> {
    const ops: PushOp[] = [];
    const add = async (value: ItemValue & ItemName, expect?: number | null): Promise<void> => {
      const stamp = await this.#parts.store.nextStamp();
      const place = { id: itemId(value), class: classOf(value), stamp };
      const body = await to.bodyOf(place, value, this.#signal);
      ops.push({ ...place, body, ...(expect === undefined ? {} : { expect }) });
    };
    for (const { id: packId, size, replaces, blob } of packs)
      await add({ kind: "pack", packId, size, replaces, blob });
    for (const { seq, ...ref } of refs) await add({ kind: "ref", ...ref }, seq);
    if (head !== null) await add({ kind: "head", branch: head });
    return ops;
  }

  /** Takes note of what was taken; where another was faster, its work is taken in first and all is tried again. */
  async #note(reply: PushReply, { packs, refs, head }: Sent): Promise<boolean> {
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
      await store.apply(space, NOTHING, { cursor: reply.cursor, end: true, head: reply.headSeq });
    if (behind || reply.cursor === undefined) pull();
    return !behind;
  }
}

interface Sent {
  packs: RemotePack[];
  refs: { hash: string; name: string; oid: string; seq: number | null }[];
  head: string | null;
}

/** Branches whose newest commits are others than the server's. */
function movedBranches(branches: readonly Branch[], { refs }: RemoteFiles): Branch[] {
  const refOf = new Map(refs.map((ref) => [ref.name, ref]));
  return branches.filter(({ name, head }) => head !== null && isNew(refOf.get(name), head));
}

/** Whether a branch's newest commit is another than the server's. One that was removed there stays so until it is worked on. */
function isNew(ref: RemoteRef | undefined, head: string | null): boolean {
  return !ref || (ref.oid === null ? ref.was !== head : ref.oid !== head);
}
