import { NotEncryptedError, OkcvmError } from "../domain/errors.ts";
import { itemId } from "../domain/sync-items.ts";
import { MAX_BODY_BYTES, MAX_PUSH_OPS, type PushOp } from "../domain/sync-protocol.ts";
import type { PendingChange, SyncStore } from "../ports/sync-store.ts";
import { NOTHING, type OpPlace, type RemoteSpace } from "./remote-space.ts";
import type { RemoteSpaces } from "./remote-spaces.ts";
import { ServerRefusal, type ServerApi } from "./server-api.ts";
import type { SpaceRoles } from "./space-roles.ts";

/** Pushes in a row whose dates are mended: one that is enough, unless the server's clock cannot be learnt. */
const MAX_REDATED = 20;

/**
 * Why changes of a space stay on the list. foreign: it is another account's.
 * distrusted: it is encrypted, and the server says it is not. locked: it is encrypted, and this browser does not have the key. read-only,
 * left: this account may only read it, or was a member once. Nothing is wrong then and there is nothing to be done, so the status stays well; it
 * names the conversation as one with changes that stay here.
 */
export type Held = "full" | "foreign" | "locked" | "distrusted" | "read-only" | "left";

/** Pushes what waits. */
export class Pusher {
  readonly #store: SyncStore;
  readonly #api: ServerApi;
  readonly #roles: SpaceRoles;
  readonly #spaces: RemoteSpaces;
  readonly #held = new Map<string, Held>();
  #redated = 0;

  constructor(
    store: SyncStore,
    { api, roles, spaces }: { api: ServerApi; roles: SpaceRoles; spaces: RemoteSpaces },
  ) {
    this.#spaces = spaces;
    this.#store = store;
    this.#api = api;
    this.#roles = roles;
  }

  /** Spaces whose changes the server does not take, and why. */
  get held(): ReadonlyMap<string, Held> {
    return this.#held;
  }

  /** Those that somebody is to be told of: the server would take them, or they are another account's. */
  get failing(): ReadonlyMap<string, Held> {
    return new Map([...this.#held].filter(([, why]) => why !== "read-only" && why !== "left"));
  }

  /** Tries again what the server did not take. What the account may not change waits for another role. */
  release(): void {
    for (const [space, why] of this.#held) if (why !== "read-only") this.#held.delete(space);
  }

  /** Nothing waits any more. */
  forget(): void {
    this.#held.clear();
  }

  /**
   * Pushes everything that waits. Answers the spaces in which others were first.
   * `onPushed` is called after each push.
   */
  async pushAll(signal: AbortSignal, onPushed: () => Promise<void>): Promise<Set<string>> {
    const behind = new Set<string>();
    this.#redated = 0;
    await this.#heedChanges();
    for (;;) {
      signal.throwIfAborted();
      const waiting = await this.#store.pending(MAX_PUSH_OPS, new Set(this.#held.keys()));
      const [first] = waiting;
      if (!first) return behind;
      if (this.#roles.of(first.space) === "viewer") {
        this.#held.set(first.space, "read-only");
        continue;
      }
      const ofOne = waiting.filter(({ space }) => space === first.space);
      const gone = ofOne.filter(({ value }) => value === null);
      if (gone.length > 0) await this.#store.acknowledge(gone);
      const rest = ofOne.filter(({ value }) => value !== null);
      if (rest.length > 0 && !(await this.#pushSome(first.space, rest, signal))) behind.add(first.space);
      await onPushed();
    }
  }

  /** What may be changed by now, or opened, is not held any more. */
  async #heedChanges(): Promise<void> {
    for (const [space, why] of this.#held) {
      const role = this.#roles.of(space);
      const isFree =
        (why === "read-only" && role !== "viewer") ||
        (why === "left" && role !== "none") ||
        (why === "foreign" && (await this.#store.dropForeign(space)));
      // Whether the key is here by now costs no question to the server.
      if (isFree || why === "locked") this.#held.delete(space);
    }
  }

  /** Pushes as much as one push takes. Answers whether nobody else's changes came before. */
  async #pushSome(space: string, waiting: readonly PendingChange[], signal: AbortSignal): Promise<boolean> {
    const there = await this.#ready(space);
    if (!there) return true;
    const { remote, cursor } = there;
    const filled = await this.#fill({ space, remote }, waiting, signal);
    if (!filled) return true;
    const { changes, ops } = filled;
    const reply = await this.#api.push(space, ops, cursor);
    const statusOf = new Map(reply.results.map(({ id, status }) => [id, status]));
    const by = (wanted: (status: string | undefined) => boolean): PendingChange[] =>
      changes.filter(({ item }) => wanted(statusOf.get(itemId(item))));
    const skewed = by((status) => status === "skew");
    if (by((status) => status === "quota").length > 0) this.#held.set(space, "full");
    await this.#store.acknowledge(by((status) => status !== "skew" && status !== "quota"));
    // Dated by a clock that is wrong, or was: the server's is right for everyone.
    if (skewed.length > 0) await this.#redate(skewed);
    if (reply.cursor === undefined) return false;
    await this.#store.apply(space, NOTHING, { cursor: reply.cursor, end: true, head: reply.headSeq });
    return by((status) => status === "stale").length === 0;
  }

  /** The first changes that fit into one push; null when the space has no room for what is larger than an item. */
  async #fill(
    { space, remote }: { space: string; remote: RemoteSpace },
    waiting: readonly PendingChange[],
    signal: AbortSignal,
  ): Promise<{ changes: PendingChange[]; ops: PushOp[] } | null> {
    const changes: PendingChange[] = [];
    const ops: PushOp[] = [];
    let bytes = 0;
    for (const change of waiting) {
      if (change.value === null) continue;
      const place: OpPlace = { id: itemId(change.item), class: change.class, stamp: change.stamp };
      const body = await remote.bodyOf(place, change.value, signal).catch((error: unknown) => {
        if (!(error instanceof ServerRefusal) || error.status !== 507) throw error;
        this.#held.set(space, "full");
        return null;
      });
      if (body === null) return null;
      const size = new TextEncoder().encode(body).length;
      if (bytes + size > MAX_BODY_BYTES) break;
      bytes += size;
      changes.push(change);
      ops.push({ ...place, body });
    }
    return { changes, ops };
  }

  async #redate(changes: readonly PendingChange[]): Promise<void> {
    this.#redated += 1;
    if (this.#redated > MAX_REDATED)
      throw new OkcvmError(
        "bad-request",
        "This device's clock is wrong by minutes. Set it right, then try again.",
      );
    await this.#store.setClock(this.#api.skew);
    await this.#store.restamp(changes);
  }

  /** Makes the space where the server has none yet, and opens it. Answers where it is pulled from; null when its changes are held. */
  async #ready(space: string): Promise<{ remote: RemoteSpace; cursor: string | null } | null> {
    try {
      const cursor = await this.#spaces.make(space);
      return { cursor, remote: await this.#spaces.open(space) };
    } catch (error) {
      // It may have turned out that the account is in it no more.
      await this.#roles.read();
      const why = this.#whyHeld(space, error);
      if (why === null) throw error;
      if (why === "foreign" && (await this.#store.dropForeign(space))) return null;
      this.#held.set(space, why);
      return null;
    }
  }

  #whyHeld(space: string, error: unknown): Held | null {
    if (error instanceof NotEncryptedError) return "distrusted";
    if (error instanceof OkcvmError && error.code === "locked") return "locked";
    if (!(error instanceof ServerRefusal) || error.reason !== "exists") return null;
    return this.#roles.of(space) === "none" ? "left" : "foreign";
  }
}
