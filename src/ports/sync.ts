import type { AccountOffer } from "../domain/server-info.ts";
import type {
  AccountDevice,
  AccountView,
  EncryptionState,
  GivenRole,
  Invitation,
  ModelUse,
  SpaceMember,
  SyncStatus,
} from "../domain/sync-status.ts";
import type { PublicSites } from "./public-sites.ts";
import type { Unsubscribe, Workspace } from "./workspace.ts";

/** A link that signs another browser in, once. */
export interface PairingLink {
  url: string;
  /** Milliseconds since 1970 UTC. */
  expiresAt: number;
}

/** An open conversation whose files are shared. */
export interface ShareFiles {
  conversationId: string;
  workspace: Workspace;
  /** True while a reply is being written: the files are left alone then. */
  running(): boolean;
  /** Called after branches were brought along with what others did. `conflicts`: files of the branch in view of which both versions are kept. Absolute paths. */
  onMerged(conflicts: readonly string[]): void;
}

export interface SharedFiles {
  /** Something may be different, such as the end of a reply. */
  poke(): void;
  close(): Promise<void>;
}

/** A link that makes one other account a member of a conversation. */
export interface InvitationLink {
  url: string;
  /** What it is revoked by. */
  handle: string;
  /** Milliseconds since 1970 UTC. */
  expiresAt: number;
}

/**
 * Several people in one conversation. Errors of all: `not-found` without an
 * account or where there is no such thing, `unauthorized` for what the role does
 * not allow, `exists` for a conversation of another account, `unreachable`.
 */
export interface Sharing {
  /** Who may use it, the owner first. */
  members(conversationId: string): Promise<SpaceMember[]>;
  setRole(conversationId: string, memberId: string, role: GivenRole): Promise<void>;
  /** Makes a member the owner, in this account's place, which may write from then on as others do. */
  passOn(conversationId: string, memberId: string): Promise<void>;
  /** It can neither read nor change the conversation within seconds. */
  removeMember(conversationId: string, memberId: string): Promise<void>;
  /** What is here of it stays, as a copy of its own. */
  leave(conversationId: string): Promise<void>;

  /** A link for one other account, good for 7 days. It is told once. */
  invite(conversationId: string, role: GivenRole): Promise<InvitationLink>;
  /** Those that were not used yet, oldest first. */
  invitations(conversationId: string): Promise<Invitation[]>;
  revokeInvitation(conversationId: string, handle: string): Promise<void>;
  /** Joins by a link's address. Errors: `bad-arguments` for one that is none, `not-found` for one that was used, `rate-limited`. */
  takeInvitation(address: string): Promise<{ conversationId: string }>;

  /** What fellow members see of this account; null for nothing. */
  displayName(): Promise<string | null>;
  /** At most 60 characters; "" takes it away. */
  setDisplayName(name: string): Promise<void>;
}

/** An invitation to make an account that was not used yet. */
export interface AccountInvitation {
  /** What it is revoked by. */
  handle: string;
  /** Milliseconds since 1970 UTC. */
  createdAt: number;
  expiresAt: number;
}

/** Invitations to make an account, on a server that wants one. Errors of all: `not-found` without an account, `unauthorized` where accounts are not made so, `unreachable`. */
export interface AccountInvitations {
  /** A link by which one account is made, within 7 days. It is told once. Errors: `exists` when too many are open. */
  make(): Promise<InvitationLink>;
  /** Those that were not used yet, oldest first. */
  open(): Promise<AccountInvitation[]>;
  revoke(handle: string): Promise<void>;
}

/**
 * Conversations that the server cannot read. Each has a key of its own, under
 * the account's, which only the account's secret opens. Who loses the secret and
 * every signed-in browser has lost what is in them.
 */
export interface Encryption {
  state(): Promise<EncryptionState>;
  /** Tells this browser the account's key, by its secret. Errors: `bad-arguments` for a mistyped one, `unauthorized` for another's, `unreachable`, `not-found` without an account. */
  unlock(secret: string): Promise<void>;
  /** Whether conversations of this browser are encrypted unless someone decides otherwise. Errors: `locked`. */
  setEncryptNew(wanted: boolean): Promise<void>;
  /** Decides on one conversation. Errors: `exists` for one that is on the server already, `locked`. */
  choose(conversationId: string, wanted: boolean): Promise<void>;
}

/** The account of this browser's data, and how it stands to the server. */
export interface Sync extends Sharing {
  readonly encryption: Encryption;
  readonly sites: PublicSites;
  readonly accountInvitations: AccountInvitations;
  status(): SyncStatus;
  /** Called after the status changed or the account did, in this tab or another. */
  subscribe(listener: () => void): Unsubscribe;
  /** null when there is none. */
  account(): Promise<AccountView | null>;

  /**
   * Makes an account of what this browser has. Answers its secret, which is
   * shown once: nothing else lets another device in when every signed-in one is
   * lost. Errors: `exists` when there is an account already, `unreachable`,
   * `not-supported` for a server without accounts, `unauthorized` for one whose
   * operator makes them. `encryptNew`, here and below: what this browser has goes
   * there encrypted, or not at all while it does not have the account's key.
   * `invitation`: the address of a link that was given, to an account or into a
   * conversation, for a server that wants one. Errors: `bad-arguments` for what is none.
   */
  create(deviceName: string, encryptNew?: boolean, invitation?: string): Promise<{ secret: string }>;
  /** Signs in with the secret; what this browser has is added to the account. Errors: `bad-arguments` for a mistyped one, `unauthorized`, `rate-limited`, `exists`, `unreachable`. */
  signIn(secret: string, deviceName: string, encryptNew?: boolean): Promise<void>;
  /** How people get an account on this server; null when it was never reached from here. */
  offer(): Promise<AccountOffer | null>;
  /** Signs in as whom the operator's own login knows. Errors: `unauthorized` when it said nothing, `not-supported`, `exists`, `unreachable`. */
  signInByLogin(deviceName: string, encryptNew?: boolean): Promise<void>;
  /** Errors: `unreachable`, `unauthorized`. */
  pairingLink(): Promise<PairingLink>;
  /** Signs in with a link's address. Errors: `bad-arguments` for one that is none, `not-found` for one that was used or is too old, `exists`, `unreachable`. */
  signInByLink(address: string, deviceName: string, encryptNew?: boolean): Promise<void>;
  /** Ends this browser's sign-in. Everything stays here, as a copy of its own. */
  signOut(): Promise<void>;

  /** Oldest first. Errors: `unreachable`, `unauthorized`. */
  devices(): Promise<AccountDevice[]>;
  renameDevice(id: string, name: string): Promise<void>;
  /** Its token is worthless within seconds. */
  revokeDevice(id: string): Promise<void>;
  /** Another secret takes the old one's place, and every other device is signed out. Answers it, once. */
  rotate(): Promise<{ secret: string }>;
  /** The account and all the server has of it will be gone in 7 days; null takes that back. */
  scheduleDeletion(wanted: boolean): Promise<void>;
  /** When it will be gone; null while it stays. Milliseconds since 1970 UTC. */
  deletionAt(): Promise<number | null>;

  /** Keeps an open conversation's files and the account's the same, as long as there is an account. */
  shareFiles(share: ShareFiles): SharedFiles;

  /** What the account used of model keys that the server holds. Errors: `unreachable`. */
  modelUse(): Promise<ModelUse>;
  /** Everything the server keeps of the account, as lines of JSON. Errors: `unreachable`, `bad-reply` for one that was cut off. */
  exportAccount(): Promise<Blob>;

  /** Loads a conversation before others. */
  want(conversationId: string): Promise<void>;
  /** Resolves when everything has been pushed and pulled. Errors: why that cannot be now. */
  syncNow(): Promise<void>;
}
