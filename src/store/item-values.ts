import { OkcvmError } from "../domain/errors.ts";
import { newestLeafUnder } from "../domain/conversation.ts";
import type { ItemName, ItemValue } from "../domain/sync-items.ts";
import type { AppDatabase } from "./database.ts";
import { isFilesItem } from "./remote-files.ts";
import { loadSettings } from "./settings.ts";
import { settingValue, withSetting } from "./synced-settings.ts";

/** What an item holds now; null when what it was about is gone. Inside a transaction. */
export async function readItem(db: AppDatabase, space: string, item: ItemName): Promise<ItemValue | null> {
  if (item.kind === "setting") {
    return { ...item, value: settingValue(await loadSettings(db), item.field) };
  }
  if (item.kind === "node") {
    const message = await db.messages.get(item.messageId);
    return message ? { kind: "node", message } : null;
  }
  if (item.kind === "site") {
    const record = await db.deployments.get(item.deploymentId);
    return record ? { kind: "site", record } : null;
  }
  if (item.kind === "todos") {
    const row = await db.todos.get([space, item.messageId]);
    return row ? { kind: "todos", messageId: item.messageId, todos: row.todos } : null;
  }
  if (isFilesItem(item)) return null;
  const conversation = await db.conversations.get(space);
  if (!conversation) {
    const removed = item.kind === "deleted" ? (await db.spaces.get(space))?.removed : undefined;
    return removed ? { kind: "deleted", ...removed } : null;
  }
  const { title, createdAt, updatedAt, deletedAt, deletedSeen = null, deletedFiles = null } = conversation;
  if (item.kind === "title") return { kind: "title", title };
  if (item.kind === "deleted")
    return { kind: "deleted", at: deletedAt, seen: deletedSeen, files: deletedFiles };
  return { kind: "active", createdAt, updatedAt };
}

/** Puts what came from elsewhere in its place. Inside a transaction. Errors: `bad-arguments` for a setting that is none. */
export async function writeItem(db: AppDatabase, space: string, value: ItemValue): Promise<void> {
  switch (value.kind) {
    case "setting": {
      const settings = withSetting(await loadSettings(db), value.field, value.value);
      await db.settings.put({ name: "settings", value: settings });
      return;
    }
    case "node":
      // It never changes: what is here already is the same, or a reply of this browser's that is being written.
      if (!(await db.messages.get(value.message.id))) await db.messages.add(value.message);
      return;
    case "site":
      if (!(await db.deployments.get(value.record.id))) await db.deployments.add(value.record);
      return;
    case "todos":
      await db.todos.put({ conversationId: space, messageId: value.messageId, todos: value.todos });
      return;
    case "title":
      await db.conversations.update(space, { title: value.title });
      return;
    case "deleted":
      await db.conversations.update(space, {
        deletedAt: value.at,
        deletedSeen: value.seen,
        deletedFiles: value.files,
        deletionCameAt: Date.now(),
      });
      return;
    case "active":
      await db.conversations.update(space, { createdAt: value.createdAt, updatedAt: value.updatedAt });
      return;
    default:
      throw new OkcvmError("internal", `A ${value.kind} is no part of a conversation's own data.`);
  }
}

/** Moves the end of the branch in view along to what was added after it, unless a reply is being written there. Inside a transaction. */
export async function followLeaf(db: AppDatabase, conversationId: string): Promise<void> {
  const conversation = await db.conversations.get(conversationId);
  if (!conversation || (await db.runs.where({ conversationId }).count()) > 0) return;
  const messages = await db.messages.where({ conversationId }).toArray();
  const { leafId } = conversation;
  if (leafId !== null && messages.some(({ id }) => id === leafId)) {
    await db.conversations.update(conversationId, { leafId: newestLeafUnder(messages, leafId) });
    return;
  }
  const roots = messages.filter(({ parentId }) => parentId === null);
  const newest = roots.toSorted((a, b) => b.createdAt - a.createdAt)[0];
  if (newest) await db.conversations.update(conversationId, { leafId: newestLeafUnder(messages, newest.id) });
}
