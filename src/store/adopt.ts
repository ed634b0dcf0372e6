import { stampAt } from "../domain/clock-stamp.ts";
import { DEFAULT_SETTINGS } from "../domain/settings.ts";
import { itemId, type ItemName } from "../domain/sync-items.ts";
import type { AppDatabase } from "./database.ts";
import type { Outbox } from "./outbox.ts";
import { loadSettings } from "./settings.ts";
import { changedSettings } from "./synced-settings.ts";

/** Older than every stamp of a clock: what an account has already wins over it. */
const OLDEST = `${"0".repeat(15)}1`;

/** Lists settings of here as pending, but for those `has` names. Inside a transaction. */
export async function adoptSettings(
  { db, outbox }: { db: AppDatabase; outbox: Outbox },
  homeSpace: string,
  has: ReadonlySet<string> = new Set(),
): Promise<void> {
  const items = changedSettings(DEFAULT_SETTINGS, await loadSettings(db))
    .map((field): ItemName => ({ kind: "setting", field }))
    .filter((item) => !has.has(itemId(item)));
  await outbox.add(homeSpace, items, () => OLDEST);
}

/** Lists everything of a conversation as pending, dated as it was made, but for the items `has` names. Inside a transaction. */
export async function adoptConversation(
  { db, outbox }: { db: AppDatabase; outbox: Outbox },
  id: string,
  has: ReadonlySet<string> = new Set(),
): Promise<void> {
  const conversation = await db.conversations.get(id);
  if (!conversation || conversation.incomplete) return;
  const written = (await db.messages.where({ conversationId: id }).toArray())
    .filter(({ status }) => status !== "running")
    .toSorted((a, b) => a.createdAt - b.createdAt);
  const [first, last] = [
    [id, ""],
    [id, "\uffff"],
  ];
  const plans = await db.todos.where("[conversationId+messageId]").between(first, last).toArray();
  const versions = await db.versions.where("[space+id]").between(first, last).toArray();
  const items: ItemName[] = [
    { kind: "title" },
    { kind: "active" },
    ...(conversation.deletedAt === null ? [] : [{ kind: "deleted" as const }]),
    ...written.map((message): ItemName => ({ kind: "node", messageId: message.id })),
    ...plans.map(({ messageId }): ItemName => ({ kind: "todos", messageId })),
  ];
  const made = new Map(written.map((message) => [message.id, message.createdAt]));
  const known = new Map(versions.map((row) => [row.id, row.stamp]));
  const stampOf = (item: ItemName): string =>
    known.get(itemId(item)) ??
    stampAt(("messageId" in item ? made.get(item.messageId) : undefined) ?? conversation.updatedAt);
  const lacking = items.filter((item) => !has.has(itemId(item)));
  await outbox.add(id, lacking, stampOf);
}
