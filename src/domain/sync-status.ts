import type { ErrorValue } from "./errors.ts";

/**
 * How this browser's data stands to the server's. off: no account. offline: the
 * server cannot be reached; everything is kept here and goes out later.
 */
export type SyncState = "off" | "offline" | "syncing" | "synced" | "error";

export interface SyncStatus {
  state: SyncState;
  /** Changes that the server has not acknowledged, but for those of conversations that the account may not change. */
  pending: number;
  /** Set when state is `error`: what is wrong and what to do. */
  error?: ErrorValue;
  /** When everything was last the same here and there; null when it was not since the page was opened. */
  syncedAt: number | null;
  /** Encrypted conversations that this browser cannot open; left out when there are none. */
  locked?: number;
  /** Conversations with entries that cannot be opened, for they were not sealed with the conversation's key; left out when there are none. */
  unopened?: readonly { id: string; count: number }[];
  /** Conversations of several people; left out while that is not known. */
  shared?: readonly SharedConversation[];
}

/** What an account may do in a conversation. */
export type MemberRole = "owner" | "editor" | "viewer";
/** What an owner can make of others. */
export type GivenRole = Exclude<MemberRole, "owner">;

/** A conversation of several people, as this account stands to it. */
export interface SharedConversation {
  id: string;
  /** none: the account was a member and is no more. */
  role: MemberRole | "none";
  /** Accounts that may use it, this one among them. */
  members: number;
  /** True when there are changes of here that nobody else gets. */
  unshared: boolean;
}

/** An account that may use a conversation. */
export interface SpaceMember {
  id: string;
  role: MemberRole;
  /** What the person calls themself; null when they have not said. */
  name: string | null;
  /** Milliseconds since 1970 UTC. */
  since: number;
  /** True for this very account. */
  self: boolean;
}

/** An invitation that was not used yet. */
export interface Invitation {
  /** What it is revoked by. */
  handle: string;
  role: GivenRole;
  createdAt: number;
  expiresAt: number;
}

/** The account this browser's data belongs to. */
export interface AccountView {
  id: string;
  /** Origin of its server. */
  server: string;
  deviceId: string;
  deviceName: string;
  /** Milliseconds since 1970 UTC. */
  since: number;
}

/** How this browser stands to conversations that the server cannot read. */
export interface EncryptionState {
  /** Whether it has the account's key. */
  ready: boolean;
  /** Whether conversations that nobody decided on are encrypted when they first go to the server. */
  encryptNew: boolean;
  /** Conversations of the account that cannot be opened here. */
  locked: number;
}

/** A browser or program that uses the account. */
export interface AccountDevice {
  id: string;
  name: string;
  scopes: string[];
  createdAt: number;
  seenAt: number;
  /** True for this very one. */
  current: boolean;
}

/** What an account used of model keys that its server holds. */
export interface ModelUse {
  /** Whether the server lets accounts use keys of its own. */
  offered: boolean;
  /** null: no limit. */
  requestsPerDay: number | null;
  tokensPerDay: number | null;
  /** Newest first; `day` is its beginning, UTC, in milliseconds since 1970. */
  days: { day: number; provider: string; requests: number; inputTokens: number; outputTokens: number }[];
}
