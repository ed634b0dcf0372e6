import { OkcvmError, throwIfAborted, toErrorValue, type ErrorValue } from "../domain/errors.ts";
import type { SyncStatus } from "../domain/sync-status.ts";
import type { Clock } from "../ports/clock.ts";
import type { Arrived, KnownSpace, LinkedAccount, SpaceChange, SyncStore } from "../ports/sync-store.ts";
import { pauseAfter } from "./backoff.ts";
import { LiveNotice } from "./live-notice.ts";
import { heldError } from "./held-error.ts";
import { Puller } from "./puller.ts";
import { Pusher } from "./pusher.ts";
import { RemoteSpaces } from "./remote-spaces.ts";
import { ServerRefusal, type ServerApi, type ServerSpace } from "./server-api.ts";
import { SpaceRoles } from "./space-roles.ts";
import { spacesStatus } from "./spaces-status.ts";
import { Wake } from "./wake.ts";

/** All spaces are asked for this often even when nothing was told. Milliseconds. */
const LOOK_AGAIN_MS = 10 * 60_000;
/** What the server did not take for want of room is offered again this often. Milliseconds. */
const OFFER_AGAIN_MS = 5 * 60_000;

/** What the last status said besides numbers. */
type Told = "offline" | "syncing" | ErrorValue | undefined;

/** A clock that is off by less is left as it is; the server takes what is ahead by up to five minutes. Milliseconds. */
const CLOCK_MAY_BE_OFF_MS = 60_000;

export interface EngineParts {
  api: ServerApi;
  store: SyncStore;
  account: LinkedAccount;
  clock: Clock;
  onStatus(status: SyncStatus): void;
  /** Where a mistake of ours goes. */
  report(error: unknown): void;
}

/**
 * Keeps this browser's data and the account's the same. One runs for a
 * browser's data at a time; two do no harm.
 */
export class SyncEngine {
  readonly #parts: EngineParts;
  readonly #pusher: Pusher;
  readonly #puller: Puller;
  readonly #notice: LiveNotice;
  readonly #roles: SpaceRoles;
  readonly #spaces: RemoteSpaces;
  readonly #wake = new Wake();
  readonly #heads = new Map<string, number>();
  /** Spaces to be pulled whatever their number says. */
  readonly #forced = new Set<string>();
  /** Not loaded yet, and their titles changed. */
  readonly #retitled = new Set<string>();
  #listing = true;
  #failures = 0;
  #told: Told;
  #syncedAt: number | null = null;
  /** Spaces that this browser cannot open. */
  #locked = 0;
  readonly #waiters: { resolve(): void; reject(error: OkcvmError): void }[] = [];

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#roles = new SpaceRoles(parts.store);
    const { store, api } = parts;
    this.#spaces = new RemoteSpaces(store, api);
    this.#pusher = new Pusher(store, { api, roles: this.#roles, spaces: this.#spaces });
    this.#puller = new Puller(store, api, this.#spaces);
    this.#notice = new LiveNotice(parts.api, parts.clock, {
      onHeads: (heads) => this.#onHeads(heads),
      onChanged: (space, head) => this.#onChanged(space, head),
      onBroken: () => this.#look(),
    });
  }

  /** Runs until the signal fires or the server knows the device no more. */
  async run(signal: AbortSignal): Promise<void> {
    const over = new AbortController();
    const ended = AbortSignal.any([signal, over.signal]);
    const unsubscribe = this.#parts.store.subscribe(() => this.#onWritten());
    const listening = this.#notice.run(ended);
    try {
      await this.#roles.read();
      while (!ended.aborted) {
        const pause = await this.#try(ended);
        if (pause === null) return;
        await this.#wake.wait(pause, this.#parts.clock, ended);
      }
    } finally {
      unsubscribe();
      over.abort();
      await listening;
      const why = new OkcvmError("aborted", "Sync was ended.");
      for (const waiter of this.#waiters.splice(0)) waiter.reject(why);
    }
  }

  /** Wakes it up: the network is back. */
  retry(): void {
    this.#failures = 0;
    this.#notice.retry();
    this.#wake.now();
  }

  /** Resolves when everything has been pushed and pulled once more. */
  syncNow(): Promise<void> {
    this.#listing = true;
    this.#pusher.release();
    const done = new Promise<void>((resolve, reject) => this.#waiters.push({ resolve, reject }));
    this.retry();
    return done;
  }

  /** One round. Answers how long to wait for the next unless woken, in milliseconds; null to end. */
  async #try(signal: AbortSignal): Promise<number | null> {
    const waiters = this.#waiters.splice(0);
    try {
      await this.#round(signal);
      this.#failures = 0;
      const { failing } = this.#pusher;
      const held = failing.size > 0;
      if (!held) this.#syncedAt = this.#parts.clock.now();
      await this.#tell(held ? await heldError(failing, this.#parts.store) : undefined);
      for (const waiter of waiters) waiter.resolve();
      if (held) this.#pusher.release();
      return held ? OFFER_AGAIN_MS : LOOK_AGAIN_MS;
    } catch (error) {
      const { code, message } = toErrorValue(error);
      for (const waiter of waiters) waiter.reject(new OkcvmError(code, message, error));
      if (signal.aborted) return null;
      return this.#onFailure(error);
    }
  }

  async #onFailure(error: unknown): Promise<number | null> {
    this.#listing = true;
    const value = toErrorValue(error);
    if (value.code === "internal") this.#parts.report(error);
    if (value.code === "unreachable") await this.#tell("offline");
    else await this.#tell(error instanceof ServerRefusal && error.status === 401 ? SIGNED_OUT : value);
    if (error instanceof ServerRefusal && error.status === 401) return null;
    this.#failures += 1;
    const asked = error instanceof ServerRefusal ? error.retryAfter * 1000 : 0;
    return Math.max(asked, pauseAfter(this.#failures));
  }

  /** Titles, then what was written here, then what was written elsewhere, then what is not here yet. */
  async #round(signal: AbortSignal): Promise<void> {
    if (this.#listing) await this.#list();
    try {
      await this.#exchange(signal);
    } catch (error) {
      if (!isOutOfDate(error)) throw error;
      // What this account may do has changed since it was asked.
      await this.#list();
      await this.#exchange(signal);
    }
  }

  async #exchange(signal: AbortSignal): Promise<void> {
    for (;;) {
      throwIfAborted(signal);
      await this.#pushAll(signal);
      await this.#retitle();
      const next = this.#next(await this.#readable());
      if (!next) return;
      await this.#tell("syncing");
      await this.#pull(next, signal);
    }
  }

  /** Spaces that this browser can open. */
  async #readable(): Promise<KnownSpace[]> {
    const spaces = await this.#parts.store.spaces();
    const locked = await this.#spaces.keys.lockedOf(spaces);
    this.#locked = locked.size;
    return spaces.filter(({ id }) => !locked.has(id));
  }

  async #list(): Promise<void> {
    const { api, store } = this.#parts;
    this.#listing = false;
    if ((await this.#roles.pending()) > 0 || this.#syncedAt === null) await this.#tell("syncing");
    const spaces = await api.spaces();
    await store.setClock(Math.abs(api.skew) > CLOCK_MAY_BE_OFF_MS ? api.skew : 0);
    const known = new Map((await store.spaces()).map((space) => [space.id, space]));
    await this.#note(spaces, known);
    const there = new Set(spaces.map(({ id }) => id));
    // Not the account's any more. What is here of it stays.
    for (const { id, made } of known.values()) {
      if (!made || there.has(id)) continue;
      // What the server had of its files is gone too.
      await store.resetFiles(id);
      await store.saveSpace(id, { made: false, cursor: null });
      await this.#roles.lose(id);
    }
  }

  /** Whether what a server says of a space can be: nothing of one that is encrypted goes to one that denies it. */
  async #canBe({ id, kind, encrypted }: ServerSpace, known: KnownSpace | undefined): Promise<boolean> {
    if (kind === "home" || id === this.#parts.account.homeSpace)
      return kind === "home" && id === this.#parts.account.homeSpace;
    return encrypted || known?.encrypted === false || (await this.#parts.store.isEncrypted(id)) !== true;
  }

  /** Takes in what the server says of spaces, all of it at once: a list of many appears as one. */
  async #note(spaces: readonly ServerSpace[], known: ReadonlyMap<string, KnownSpace>): Promise<void> {
    const { store } = this.#parts;
    const possible: ServerSpace[] = [];
    for (const space of spaces) if (await this.#canBe(space, known.get(space.id))) possible.push(space);
    const changes = possible
      .map((space) => ({ id: space.id, change: this.#changeOf(space, known.get(space.id)) }))
      .filter(({ change }) => Object.keys(change).length > 0);
    if (changes.length > 0) {
      await store.saveSpaces(changes);
      await this.#roles.read();
    }
    // A space that is pulled brings its titles along.
    const titled = possible.filter(
      ({ id, kind, about }) =>
        kind === "conversation" && about.length > 0 && (known.get(id)?.cursor ?? null) === null,
    );
    if (titled.length > 0) await store.applyAll(await this.#titlesOf(titled));
  }

  /** What a space's record is to say that it does not. */
  #changeOf(space: ServerSpace, known: KnownSpace | undefined): SpaceChange["change"] {
    const { id, kind, epoch, encrypted, key = null } = space;
    // A notice may have told of more while this list was on its way. Set back, the numbers begin anew.
    const isSetBack = typeof known?.epoch === "number" && known.epoch !== epoch;
    const told = isSetBack ? 0 : (this.#heads.get(id) ?? 0);
    this.#heads.set(id, Math.max(told, space.headSeq));
    const isSaid = known?.encrypted === encrypted && (known.key ?? null) === key;
    return {
      ...(kind !== "conversation" || isSaid ? {} : { encrypted, key }),
      ...(known?.made ? {} : { made: true }),
      ...this.#roles.changeOf(space),
      // Set back since: what it has and lacks is found out by a pull, whatever the numbers say.
      ...(known?.epoch === epoch ? {} : { epoch, head: -1 }),
    };
  }

  /** Titles of those that this browser can open. */
  async #titlesOf(spaces: readonly ServerSpace[]): Promise<{ space: string; arrived: Arrived }[]> {
    const known = await this.#parts.store.spaces();
    const locked = await this.#spaces.keys.lockedOf(known);
    return Promise.all(
      spaces
        .filter(({ id }) => !locked.has(id))
        .map(async ({ id, about }) => ({
          space: id,
          arrived: await (await this.#spaces.open(id)).arrived(about),
        })),
    );
  }

  async #pushAll(signal: AbortSignal): Promise<void> {
    const { store } = this.#parts;
    if ((await store.pendingCount()) === 0) return this.#pusher.forget();
    if ((await this.#roles.pending()) > 0) await this.#tell("syncing");
    const behind = await this.#pusher.pushAll(signal, () => this.#tell("syncing"));
    for (const space of behind) this.#forced.add(space);
  }

  /** Asks for the titles of conversations that changed and are not here. */
  async #retitle(): Promise<void> {
    const { api, store } = this.#parts;
    if (this.#retitled.size === 0) return;
    const known = new Map((await store.spaces()).map((space) => [space.id, space]));
    for (const id of this.#retitled) {
      if ((known.get(id)?.cursor ?? null) === null) await this.#note(await api.spaces(id), known);
      this.#retitled.delete(id);
    }
  }

  /** The space to pull next: what someone waits for, then what changed, then what is not here. */
  #next(spaces: readonly KnownSpace[]): KnownSpace | undefined {
    const { homeSpace } = this.#parts.account;
    const there = spaces.filter(({ made, dormant }) => made && !dormant);
    const missing = there.filter(({ cursor }) => cursor === null);
    return (
      there.find(({ id, cursor }) => id === homeSpace && cursor === null) ??
      missing.find(({ wanted }) => wanted) ??
      there.find(({ id, cursor, head }) => {
        if (cursor === null) return false;
        return this.#forced.has(id) || (this.#heads.get(id) ?? head) > head;
      }) ??
      missing[0]
    );
  }

  async #pull({ id }: KnownSpace, signal: AbortSignal): Promise<void> {
    await this.#puller.pull(id, this.#heads.get(id) ?? 0, signal);
    this.#forced.delete(id);
  }

  #onHeads(heads: ReadonlyMap<string, number>): void {
    const differ = [...heads].some(([id, head]) => this.#heads.get(id) !== head);
    // The list says more; it is asked for at the beginning and after each time the line was broken.
    if (differ || this.#failures > 0) this.#look();
  }

  /** A change of here goes out at once, unless a server that failed is given its time. */
  #onWritten(): void {
    if (this.#failures === 0) this.#wake.now();
    else void this.#tell(this.#told).catch(this.#parts.report);
  }

  #look(): void {
    this.#listing = true;
    this.#wake.now();
  }

  #onChanged(space: string, head: number): void {
    if ((this.#heads.get(space) ?? -1) >= head) return;
    this.#heads.set(space, head);
    // It is raised when a role of the account is another, or someone joins a conversation of its.
    if (space === this.#parts.account.homeSpace) this.#listing = true;
    this.#retitled.add(space);
    this.#wake.now();
  }

  async #tell(how: Told): Promise<void> {
    const { onStatus } = this.#parts;
    this.#told = how;
    const pending = await this.#roles.pending();
    const numbers = {
      pending,
      syncedAt: this.#syncedAt,
      ...(this.#locked > 0 ? { locked: this.#locked } : {}),
      ...spacesStatus(await this.#parts.store.spaces(), this.#pusher.held),
    };
    if (how === undefined) onStatus({ state: pending > 0 ? "syncing" : "synced", ...numbers });
    else if (typeof how === "string") onStatus({ state: how, ...numbers });
    else onStatus({ state: "error", ...numbers, error: how });
  }
}

/** Refused because the account's role in a space is another than the list of spaces said. */
function isOutOfDate(error: unknown): boolean {
  return error instanceof ServerRefusal && (error.status === 404 || error.reason === "read_only");
}

const SIGNED_OUT: ErrorValue = {
  code: "unauthorized",
  message:
    "This browser is not signed in to its account any more: it was signed out, here or from another device, or the account was deleted. Everything is still here. To go on, sign in again, or leave the account.",
};
