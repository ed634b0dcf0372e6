import type { Message } from "./message.ts";

/** A conversation's own record. Its messages are a tree; `leafId` is the end of the branch in view. */
export interface Conversation {
  id: string;
  /** "" until the first message names it. */
  title: string;
  createdAt: number;
  /** When its last message was added or it was renamed. */
  updatedAt: number;
  /** null while it has no message. */
  leafId: string | null;
  /** Set while it is deleted and can still be brought back. */
  deletedAt: number | null;
  /** Messages it had when it was deleted; null or absent when that does not matter. */
  deletedSeen?: number | null;
  /** Newest commits that the server's branches had for who deleted it; null or absent when that does not matter. */
  deletedFiles?: string[] | null;
  /** When this browser heard of a deletion elsewhere. */
  deletionCameAt?: number;
  /** True while only its title has come from the server. */
  incomplete?: boolean;
  /** Whether the server may read it; absent while that is not decided, which it is when it first goes there. */
  encrypted?: boolean;
}

/** How long a deleted conversation can be brought back. Days. */
export const DELETED_KEPT_DAYS = 30;

const DAY_MS = 24 * 60 * 60 * 1000;

/** Until when a conversation can be brought back; null for one that is not deleted. What was deleted elsewhere counts from when this browser heard of it. Milliseconds since 1970 UTC. */
export function keptUntil({ deletedAt, deletionCameAt = 0 }: Conversation): number | null {
  return deletedAt === null ? null : Math.max(deletedAt, deletionCameAt) + DELETED_KEPT_DAYS * DAY_MS;
}

/** The messages from the first to `leafId`, in order. An unknown leaf gives []. */
export function branchTo(messages: Iterable<Message>, leafId: string | null): Message[] {
  const byId = new Map<string, Message>();
  for (const message of messages) byId.set(message.id, message);
  const branch: Message[] = [];
  let next = leafId;
  while (next !== null) {
    const message = byId.get(next);
    if (!message) break;
    branch.push(message);
    next = message.parentId;
  }
  return branch.toReversed();
}

/** The messages that share `message`'s parent, itself among them, oldest first. */
export function siblingsOf(messages: Iterable<Message>, message: Message): Message[] {
  return [...messages]
    .filter((other) => other.parentId === message.parentId && other.role === message.role)
    .toSorted((a, b) => a.createdAt - b.createdAt);
}

/** The end of the newest branch that runs through `id`. */
export function newestLeafUnder(messages: Iterable<Message>, id: string): string {
  const all = [...messages];
  let leaf = id;
  for (;;) {
    const children = all.filter((message) => message.parentId === leaf);
    const newest = children.toSorted((a, b) => b.createdAt - a.createdAt)[0];
    if (!newest) return leaf;
    leaf = newest.id;
  }
}

/** A title from a person's first words: one line, at most 60 characters. */
export function titleFrom(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  const characters = [...line];
  return characters.length <= 60 ? line : `${characters.slice(0, 59).join("").trimEnd()}…`;
}
