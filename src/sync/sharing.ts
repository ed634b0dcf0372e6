import { fromBase64Url, toBase64Url } from "../domain/base64.ts";
import { NotEncryptedError, OkcvmError } from "../domain/errors.ts";
import type { GivenRole, Invitation, SpaceMember } from "../domain/sync-status.ts";
import type { InvitationLink, Sharing } from "../ports/sync.ts";
import type { LinkedAccount, SyncStore } from "../ports/sync-store.ts";
import { MembersApi } from "./members-api.ts";
import { readLink, writeLink } from "./links.ts";
import { RemoteSpaces } from "./remote-spaces.ts";
import { ServerRefusal, type ServerApi } from "./server-api.ts";

export interface SharingParts {
  store: SyncStore;
  /** The server's origin. */
  server: string;
  /** The account, and the API as this device. Errors: `not-found` when there is none. */
  mine(): Promise<{ account: LinkedAccount; api: ServerApi }>;
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
    const { api, spaces } = await this.#there(conversationId);
    const bytes = await spaces.keys.keyOf(conversationId);
    const key = bytes && toBase64Url(bytes);
    const { id, handle, expiresAt } = await api.invite(conversationId, role);
    const space = key === null ? null : conversationId;
    return { url: writeLink(this.#parts.server, { kind: "join", id, key, space }), handle, expiresAt };
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

  async passOn(conversationId: string, memberId: string): Promise<void> {
    await (await this.#mine()).api.passOn(conversationId, memberId);
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
    const isNone = "That is no invitation of OKCVM. Copy the whole link.";
    const invitation = readLink(address, { kinds: ["join"], server, isNone });
    const { api, raw, spaces } = await this.#mine();
    const given = await this.#keyIn(invitation, spaces, isNone);
    const id = await api.take(invitation.id, given && (await spaces.keys.seal(given.space, given.key)));
    const [there] = (await raw.spaces(id)).filter((one) => one.id === id);
    if (!there) throw new OkcvmError("not-found", "The conversation is gone.");
    // A link with a key is of an encrypted conversation, and of that one alone.
    if (given && (given.space !== id || !there.encrypted)) throw new NotEncryptedError();
    // Here at once, with its title: the rest comes before anything else does.
    const { epoch, role, members = 1, about, encrypted, key = null } = there;
    await store.saveSpace(id, {
      made: true,
      epoch,
      head: -1,
      wanted: true,
      // A copy of before may have been removed here for good.
      dormant: false,
      role,
      members,
      encrypted,
      key,
    });
    await store.apply(id, await (await spaces.open(id)).arrived(about));
    this.#parts.look();
    return { conversationId: id };
  }

  /** The key that a link has, and what of. Errors: `bad-arguments` for a link that was changed, or has another key than the one that opens the conversation here. */
  async #keyIn(
    { key, space = null }: { key: string | null; space?: string | null },
    spaces: RemoteSpaces,
    isNone: string,
  ): Promise<{ key: Uint8Array<ArrayBuffer>; space: string } | null> {
    if (key === null) return null;
    const bytes = fromBase64Url(key);
    if (bytes?.length !== 32 || space === null) throw new OkcvmError("bad-arguments", isNone);
    const known = await this.#parts.store.space(space);
    const here = known?.encrypted ? await spaces.keys.keyOf(space).catch(() => null) : null;
    if (here && toBase64Url(here) !== key)
      throw new OkcvmError("bad-arguments", "That link has another key than this conversation.");
    return { key: bytes, space };
  }

  async displayName(): Promise<string | null> {
    return (await this.#mine()).api.name();
  }

  async setDisplayName(name: string): Promise<void> {
    await (await this.#mine()).api.setName(name);
  }

  /** The API, for a conversation that the server has: one that was never used is made there first. */
  async #there(conversationId: string): Promise<{ api: MembersApi; spaces: RemoteSpaces }> {
    const { store } = this.#parts;
    const { api, spaces } = await this.#mine();
    const known = await store.space(conversationId);
    if (known?.made) return { api, spaces };
    try {
      await spaces.make(conversationId);
    } catch (error) {
      if (!(error instanceof ServerRefusal) || error.reason !== "exists") throw error;
      throw new OkcvmError(
        "exists",
        "This conversation belongs to another account. What is in this browser is a copy of its own.",
        error,
      );
    }
    if (!known) await store.publish(conversationId);
    return { api, spaces };
  }

  async #mine(): Promise<{
    account: LinkedAccount;
    api: MembersApi;
    raw: ServerApi;
    spaces: RemoteSpaces;
  }> {
    const { account, api: raw } = await this.#parts.mine();
    return { account, api: new MembersApi(raw), raw, spaces: new RemoteSpaces(this.#parts.store, raw) };
  }
}
