/**
 * How an item changes. add: once, never after. set: the newest stamp wins.
 * cas: only from the very version it was made from (compare and swap).
 */
export type ItemClass = "add" | "set" | "cas";

/** One change that a device asks for. */
export interface PushOp {
  /** Chosen by the client, unique in its space: 1 to 64 of `A-Za-z0-9._:-`. */
  id: string;
  class: ItemClass;
  /** When the device made the change; see clock-stamp.ts. */
  stamp: string;
  /** Opaque to the server; null removes the item. */
  body: string | null;
  /** For cas: the number of the version it was made from; null for none. */
  expect?: number | null;
}

/**
 * new: taken. dup: it was there already, so the device's change is safe.
 * stale: a newer change is there. conflict: another version is there (cas), or
 * an item of another class. gone: the item was removed. skew: the stamp lies
 * too far ahead, so the device's clock is wrong. quota: no room.
 */
export type OpStatus = "new" | "dup" | "stale" | "conflict" | "gone" | "skew" | "quota";

export interface OpResult {
  id: string;
  status: OpStatus;
  /** The item's number now; left out when there is none. */
  seq?: number;
}

/** An item as other devices get it. */
export interface PulledItem {
  id: string;
  seq: number;
  class: ItemClass;
  stamp: string;
  device: string;
  body: string | null;
}

export interface PullReply {
  items: PulledItem[];
  /** What to pull from next. */
  cursor: string;
  /** True when there is more than this reply had room for. */
  more: boolean;
}

/** The most operations of one push, and rows of one pull. */
export const MAX_PUSH_OPS = 500;
export const MAX_PULL_ROWS = 1_000;
/** The most bytes of bodies in one push or pull. */
export const MAX_BODY_BYTES = 4 * 1024 * 1024;
/** The most bytes of one body. */
export const MAX_ITEM_BYTES = 1024 * 1024;

export const ITEM_ID = /^[A-Za-z0-9._:-]{1,64}$/;

/** The items of a space that the list of spaces brings along, so that titles come first. */
export const ABOUT_ITEMS = ["about.title", "about.active", "about.deleted"] as const;

/** A key under another key, as the server keeps it: base64url. */
export const SEALED_KEY = /^[A-Za-z0-9_-]{80,256}$/;
/** A body of an encrypted space. What a server or another program puts there must not pass for one that was never encrypted. */
export const SEALED_BODY = /^e1\.[A-Za-z0-9_-]+$/;

/** Names of blobs: a Git pack's checksum, that of a pack with its index, or a content's SHA-256. */
export const BLOB_ID = /^(?:[0-9a-f]{40}(?:\.idx)?|[0-9a-f]{64})$/;
/** The most bytes of a blob's part; every part but the last has as many. */
export const BLOB_PART_BYTES = 1024 * 1024;
