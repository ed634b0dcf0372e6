import { OkcvmError } from "../domain/errors.ts";
import type { GivenRole, Invitation, SpaceMember } from "../domain/sync-status.ts";
import type { InvitationLink, Sharing } from "../ports/sync.ts";
import type { LinkedAccount, SyncStore } from "../ports/sync-store.ts";
import { makeSpace } from "./make-space.ts";
import { MembersApi } from "./members-api.ts";
import { arrivedOf } from "./puller.ts";
import { ServerRefusal, type ServerApi } from "./server-api.ts";
import { keepRole } from "./space-roles.ts";

/** Where an invitation is named, behind the `#` that browsers send to no server. */
const JOINING = /#\/join\/([0-9a-f]{32})$/;

export interface SharingParts {
  store: SyncStore;
  /** The server's origin. */
  server: string;
  api(account: LinkedAccount): ServerApi;
  /** Looks at the account's spaces again, now. */
  look(): void;
}

/** Several people in one conversation. */
export class ServerSharing implements Sharing {
  readonly #parts: SharingParts;

  constructor(parts: SharingParts) {
    this.#parts = parts;
  }

  async members(conversationId: string): Promise<SpaceMember[]> {
    const { api } = await this.#there(conversationId);
    return api.members(conversationId);
  }

  async invite(conversationId: string, role: GivenRole): Promise<InvitationLink> {
    const { api } = await this.#there(conversationId);
    const { id, handle, expiresAt } = await api.invite(conversationId, role);
    return { url: `${this.#parts.server}/#/join/${id}`, handle, expiresAt };
  }

  async invitations(conversationId: string): Promise<Invitation[]> {
    const { api } = await this.#there(conversationId);
    return api.invitations(conversationId);
  }

  async revokeInvitation(conversationId: string, handle: string): Promise<void> {
    await (await this.#mine()).api.revoke(conversationId, handle);
  }

  async setRole(conversationId: string, memberId: string, role: GivenRole): Promise<void> {
    await (await this.#mine()).api.setRole(conversationId, memberId, role);
  }

  async removeMember(conversationId: string, memberId: string): Promise<void> {
    await (await this.#mine()).api.remove(conversationId, memberId);
  }

  async leave(conversationId: string): Promise<void> {
    const { api, account } = await this.#mine();
    await api.remove(conversationId, account.id);
    this.#parts.look();
  }

  async takeInvitation(address: string): Promise<{ conversationId: string }> {
    const { store, server } = this.#parts;
    const link = readInvitation(address);
    if (link.server !== server)
      throw new OkcvmError("bad-arguments", `That link is of ${link.server}. Open it there.`);
    const { api, raw } = await this.#mine();
    const id = await api.take(link.id);
    // Here at once, with its title: the rest comes before anything else does.
    for (const { epoch, role, members = 1, about } of await raw.spaces(id)) {
      await keepRole(store, id, { role, members });
      await store.saveSpace(id, { made: true, epoch, head: -1, wanted: true });
      await store.apply(id, arrivedOf(id, about));
    }
    this.#parts.look();
    return { conversationId: id };
  }

  async displayName(): Promise<string | null> {
    return (await this.#mine()).api.name();
  }

  async setDisplayName(name: string): Promise<void> {
    await (await this.#mine()).api.setName(name);
  }

  /** The API, for a conversation that the server has: one that was never used is made there first. */
  async #there(conversationId: string): Promise<{ api: MembersApi }> {
    const { store } = this.#parts;
    const { api, raw } = await this.#mine();
    const known = (await store.spaces()).find(({ id }) => id === conversationId);
    if (known?.made) return { api };
    try {
      await makeSpace(store, raw, conversationId);
    } catch (error) {
      if (!(error instanceof ServerRefusal) || error.reason !== "exists") throw error;
      throw new OkcvmError(
        "exists",
        "This conversation belongs to another account. What is in this browser is a copy of its own.",
        error,
      );
    }
    if (!known) await store.publish(conversationId);
    return { api };
  }

  async #mine(): Promise<{ account: LinkedAccount; api: MembersApi; raw: ServerApi }> {
    const account = await this.#parts.store.account();
    if (!account) throw new OkcvmError("not-found", "This browser has no account. Make one, or sign in.");
    const raw = this.#parts.api(account);
    return { account, api: new MembersApi(raw), raw };
  }
}

/** What a link invites to. Errors: `bad-arguments`. */
function readInvitation(address: string): { server: string; id: string } {
  const text = address.trim();
  const id = JOINING.exec(text)?.[1];
  if (id === undefined || !URL.canParse(text))
    throw new OkcvmError("bad-arguments", "That is no invitation of OKCVM. Copy the whole link.");
  return { server: new URL(text).origin, id };
}
