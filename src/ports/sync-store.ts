import type { ItemName, ItemValue } from "../domain/sync-items.ts";
import type { SharedConversation } from "../domain/sync-status.ts";
import type { ItemClass } from "../domain/sync-protocol.ts";
import type { Unsubscribe } from "./workspace.ts";

/** The account a browser's data belongs to, with what lets it in. */
export interface LinkedAccount {
  id: string;
  /** The server's origin. */
  server: string;
  homeSpace: string;
  deviceId: string;
  deviceName: string;
  token: string;
  /** Milliseconds since 1970 UTC. */
  since: number;
  /** What its encrypted conversations are opened with; absent where this browser was never told. */
  key?: Uint8Array<ArrayBuffer>;
  /** A key that a new secret was to open, while it is not known whether the server took it, and how it was sealed. */
  rotating?: { key: Uint8Array<ArrayBuffer>; sealed: string } | null;
  /** Whether conversations that nobody has decided on are encrypted when they first go to the server. */
  encryptNew?: boolean;
}

/** A change that the server has not acknowledged, with what the item holds now. */
export interface PendingChange {
  space: string;
  item: ItemName;
  class: ItemClass;
  stamp: string;
  /** Another with each change of the item; grows. */
  rev: number;
  /** null when what it was about is gone from this browser. */
  value: ItemValue | null;
}

/** A change from the server. */
export interface ArrivedChange {
  item: ItemName;
  /** Its number at the server. */
  seq: number;
  stamp: string;
  device: string;
  /** null: removed. */
  value: ItemValue | null;
}

/** What a server's reply brought. */
export interface Arrived {
  changes: readonly ArrivedChange[];
  /** Ids of items that cannot be opened with their space's key: nobody who has it wrote them, or they were altered. */
  unopened: readonly string[];
}

/** What is known of a space. */
export interface KnownSpace {
  id: string;
  /** True once the server has it. */
  made: boolean;
  /** True once it was decided whether it is encrypted, and the server may have been asked to make it. */
  decided?: boolean;
  /** The server's newest number when it was last pulled to its end. */
  head: number;
  /** The server's epoch when it was last pulled to its end; null when it was not. */
  epoch: number | null;
  /** Where to pull from; null when it was never pulled to its end. */
  cursor: string | null;
  /** True when someone wants to see it now. */
  wanted: boolean;
  /** True when it is deleted and not kept here: only whether it comes back is of interest. */
  dormant: boolean;
  /** What this account may do there; absent for its own. none: it was a member and is no more. */
  role?: SharedConversation["role"];
  /** Accounts that may use it, by what the server said last; absent for this one alone. */
  members?: number;
  /** True when this browser's files are not the server's, and the account may not change those. */
  filesStay?: boolean;
  /** True when the server cannot read it; absent while nobody has said. */
  encrypted?: boolean;
  /** What an encrypted one is opened with, under the account's key. */
  key?: string | null;
  /** Ids of its items that cannot be opened; absent for none. */
  unopened?: string[];
  /** How it was deleted, when it is not kept here and the server has not heard of it. */
  removed?: { at: number; seen: number | null; files: string[] | null };
  /** True when another account has it, and it was deleted here. */
  foreign?: boolean;
}

/** What is known of a space, and was not. */
export interface SpaceChange {
  id: string;
  change: Partial<Omit<KnownSpace, "id">>;
}

/** Where to pull from next. `end`: there was nothing more up to the number `head`. */
export interface NextPull {
  cursor: string;
  end: boolean;
  head: number;
}

/** A branch as the server has it. */
export interface RemoteRef {
  hash: string;
  name: string;
  /** Its newest commit; null for one that was removed. */
  oid: string | null;
  /** For one that was removed: its commit of before. */
  was: string | null;
  seq: number;
}

/** A pack as the server has it. `here`: its objects are in this browser's workspace. */
export interface RemotePack {
  id: string;
  size: number;
  replaces: string[];
  here: boolean;
  /** Its blob, where that is encrypted and has the index in it. */
  blob?: string;
}

/** The files of a conversation as the server has them. */
export interface RemoteFiles {
  refs: RemoteRef[];
  packs: RemotePack[];
  /** null when nobody has said. */
  head: string | null;
}

/** What the sync engine reads and writes of this browser's data. Every method is one transaction. */
export interface SyncStore {
  /** null when the data belongs to none. */
  account(): Promise<LinkedAccount | null>;
  /** Makes the data the account's: everything there is waits to be pushed. */
  link(account: LinkedAccount): Promise<void>;
  /** Notes something of the account that is linked. What was to be encrypted until now stays so. */
  saveAccount(change: Partial<Pick<LinkedAccount, "key" | "encryptNew" | "rotating">>): Promise<void>;
  /** The data belongs to no account any more; nothing of it is removed. */
  unlink(): Promise<void>;

  /** Whether a conversation is encrypted, or is to be; null while nobody has decided. */
  isEncrypted(space: string): Promise<boolean | null>;
  /** Decides what nobody has, by what the account does else, before it goes to the server. Answers whether it is encrypted. From then on it stays so. */
  decideEncryption(space: string): Promise<boolean>;
  /** Decides that, for one that never went to the server. Errors: `exists` for one that did, `not-found`. */
  chooseEncryption(space: string, wanted: boolean): Promise<void>;

  /** Oldest first: what others build on comes before them. Those of the spaces named are left out. */
  pending(limit: number, except: ReadonlySet<string>): Promise<PendingChange[]>;
  pendingCount(): Promise<number>;
  /** Takes off the list what was not changed again meanwhile. */
  acknowledge(changes: readonly PendingChange[]): Promise<void>;
  /** Dates pending changes anew, by the clock as it is now set. */
  restamp(changes: readonly PendingChange[]): Promise<void>;
  /** How far this device's clock is behind the server's, when that is minutes; 0 else. Milliseconds. */
  setClock(offset: number): Promise<void>;
  /** Takes what waits of another account's conversation off the list, once it is deleted here. Answers whether it is. */
  dropForeign(space: string): Promise<boolean>;
  /** Lists everything of a space as pending that `has` does not name: for a server that was set back. */
  repush(space: string, has: ReadonlySet<string>): Promise<void>;

  spaces(): Promise<KnownSpace[]>;
  /** Titles of those of the conversations named that are here; "" for one that has none. */
  titles(spaces: readonly string[]): Promise<string[]>;
  /** What is known of one; null for nothing. */
  space(id: string): Promise<KnownSpace | null>;
  /** Changes what is known of a space; one that was unknown is known then. */
  saveSpace(id: string, change: Partial<Omit<KnownSpace, "id">>): Promise<void>;
  /** The same for several. */
  saveSpaces(changes: readonly SpaceChange[]): Promise<void>;
  /** Takes in changes of a space, and where to pull from next, in one transaction. With `next` left out that stays. */
  apply(space: string, arrived: Arrived, next?: NextPull): Promise<void>;
  /** Takes in changes of several spaces, which are told of once. */
  applyAll(all: readonly { space: string; arrived: Arrived }[]): Promise<void>;

  /** What the server has of a conversation's files, as far as it was pulled. */
  remoteFiles(space: string): Promise<RemoteFiles>;
  /** Takes note of what was just pushed there, or of packs whose objects are here now. */
  noteFiles(
    space: string,
    change: Partial<Omit<RemoteFiles, "packs">> & { here?: RemotePack[] },
  ): Promise<void>;
  /** Forgets what the server had of a conversation's files, which wait to be compared with what it has now. */
  resetFiles(space: string): Promise<void>;
  /** Who deleted a conversation; null for one that is there. */
  deletion(space: string): Promise<"self" | "other" | null>;
  /** A conversation that was deleted is there again, for everyone. */
  bringBack(space: string): Promise<void>;
  /** Says that files of a conversation wait to be pushed, or no more. Without an account it does nothing. */
  setFilesWaiting(space: string, waiting: boolean): Promise<void>;
  /** Conversations whose files wait. */
  filesWaiting(): Promise<string[]>;
  /**
   * Says that a page has files of a conversation open, or that all of theirs is kept or waits. It is said before anything
   * is changed: a page may die before it has said that a change waits. Without an account it does nothing.
   */
  setFilesOpen(space: string, open: boolean): Promise<void>;
  /** Conversations whose files are open, or were when their page died. */
  filesOpen(): Promise<string[]>;
  /** The next stamp of this browser's changes. */
  nextStamp(): Promise<string>;
  /** Lists a conversation's title as pending: it is to be seen elsewhere. */
  publish(space: string): Promise<void>;

  /** Called when changes were added to the pending ones, or a space is wanted, in this tab or another. */
  subscribe(listener: () => void): Unsubscribe;
  /** Called after changes of some conversations were taken in, in this tab or another. */
  subscribeArrivals(listener: (spaces: readonly string[]) => void): Unsubscribe;
}
