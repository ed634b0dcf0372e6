import type { SharedConversation } from "../domain/sync-status.ts";
import type { KnownSpace, SyncStore } from "../ports/sync-store.ts";
import type { ServerSpace } from "./server-api.ts";

/** What this account may do in a space, as the server said last. none: it was a member and is no more. */
type Role = SharedConversation["role"];

/** Changes that are looked at to find those that wait for nobody. */
const LOOK_AT = 500;

/** Whether changes of a space may go to the server, as far as is known. */
export async function mayWrite(store: SyncStore, id: string): Promise<boolean> {
  const known = await store.space(id);
  return !known || !isMute(roleOf(known));
}

/** Conversations of several people. `unshared` names those with changes that stay here; whether files do is noted by the tab that has them open. */
export function sharedOf(
  spaces: readonly KnownSpace[],
  unshared: { has(id: string): boolean } = new Set(),
): SharedConversation[] {
  return spaces.flatMap((space) => {
    const { id } = space;
    const [role, members] = [roleOf(space), membersOf(space)];
    if (role === "owner" && members <= 1) return [];
    const stays = isMute(role) && space.filesStay === true;
    return [{ id, role, members, unshared: stays || unshared.has(id) }];
  });
}

/** The account's roles in its spaces, for the engine. */
export class SpaceRoles {
  readonly #store: SyncStore;
  readonly #spaces = new Map<string, KnownSpace>();

  constructor(store: SyncStore) {
    this.#store = store;
  }

  async read(): Promise<void> {
    for (const space of await this.#store.spaces()) this.#spaces.set(space.id, space);
  }

  /** What a list of spaces says that was not known. */
  changeOf({ id, role, members = 1 }: ServerSpace): Pick<KnownSpace, "role" | "members"> {
    const known = this.#spaces.get(id);
    const isKnown = known !== undefined && roleOf(known) === role && membersOf(known) === members;
    // Most are the account's alone, which is what is taken of one that nothing was said of.
    return isKnown || (known === undefined && role === "owner" && members === 1) ? {} : { role, members };
  }

  /** The server does not name the space any more: another's is not to be made anew, an own one is. */
  async lose(id: string): Promise<void> {
    await this.#keep(id, { role: this.of(id) === "owner" ? "owner" : "none", members: 1 });
  }

  of(id: string): Role {
    const known = this.#spaces.get(id);
    return known ? roleOf(known) : "owner";
  }

  /**
   * Changes that wait to go out. Those of a conversation that the account may
   * only read wait for nothing that will happen: counted, they would say for ever
   * that something is not synced yet.
   */
  async pending(): Promise<number> {
    const all = await this.#store.pendingCount();
    const known = [...this.#spaces.values()];
    const mute = new Set(known.filter((one) => isMute(roleOf(one))).map(({ id }) => id));
    if (all === 0 || mute.size === 0) return all;
    const others = new Set(known.map(({ id }) => id).filter((id) => !mute.has(id)));
    const changes = await this.#store.pending(LOOK_AT, others);
    const files = await this.#store.filesWaiting();
    const held = changes.filter(({ space }) => mute.has(space)).length;
    return Math.max(0, all - held - files.filter((id) => mute.has(id)).length);
  }

  async #keep(id: string, of: { role: Role; members: number }): Promise<void> {
    await this.#store.saveSpace(id, of);
    const kept = await this.#store.space(id);
    if (kept) this.#spaces.set(id, kept);
  }
}

function roleOf({ role = "owner" }: KnownSpace): Role {
  return role;
}

function membersOf({ members = 1 }: KnownSpace): number {
  return members;
}

function isMute(role: Role): boolean {
  return role === "viewer" || role === "none";
}

/** The account's role in a conversation, by a status. */
export function roleIn(shared: readonly SharedConversation[] | undefined, id: string): string | undefined {
  return shared?.find((one) => one.id === id)?.role;
}
