import { stampAt } from "../domain/clock-stamp.ts";
import { DEFAULT_SETTINGS } from "../domain/settings.ts";
import { itemId, SYNCED_SETTINGS, type ItemName, type SyncedSetting } from "../domain/sync-items.ts";
import { rowsOf, type AppDatabase } from "./database.ts";
import type { Outbox } from "./outbox.ts";
import { DELETED, isDeletedCopy } from "./deletions.ts";
import { loadSettings } from "./settings.ts";
import { changedSettings } from "./synced-settings.ts";
import { stampsOf } from "./versions.ts";

/** Older than every stamp of a clock: what an account has already wins over it. */
const OLDEST = `${"0".repeat(15)}1`;

const TITLE: readonly ItemName[] = [{ kind: "title" }, { kind: "active" }];

/** Lists settings of here as pending, but for those `has` names. Inside a transaction. */
export async function adoptSettings(
  { db, outbox }: { db: AppDatabase; outbox: Outbox },
  homeSpace: string,
  has: ReadonlySet<string> = new Set(),
): Promise<void> {
  const known = await stampsOf(db, homeSpace);
  const changed = new Set<SyncedSetting>(changedSettings(DEFAULT_SETTINGS, await loadSettings(db)));
  // One that was set back to what it is by default was set all the same.
  for (const field of SYNCED_SETTINGS) if (known.has(itemId({ kind: "setting", field }))) changed.add(field);
  const items = [...changed].map((field): ItemName => ({ kind: "setting", field }));
  const lacking = await lackingOf(db, homeSpace, { items, has });
  await outbox.add(homeSpace, lacking, (item) => known.get(itemId(item)) ?? OLDEST);
}

/** Lists everything of a conversation as pending, dated as it was made, but for the items `has` names. Inside a transaction. */
export async function adoptConversation(
  { db, outbox }: { db: AppDatabase; outbox: Outbox },
  id: string,
  has: ReadonlySet<string> = new Set(),
): Promise<void> {
  const conversation = await db.conversations.get(id);
  if (!conversation || conversation.incomplete || (await isDeletedCopy(db, conversation))) return;
  const known = await stampsOf(db, id);
  const written = (await db.messages.where({ conversationId: id }).toArray())
    .filter(({ status }) => status !== "running")
    .toSorted((a, b) => a.createdAt - b.createdAt);
  const plans = await db.todos
    .where("[conversationId+messageId]")
    .between(...rowsOf(id))
    .toArray();
  const sites = await db.deployments.where({ conversationId: id }).toArray();
  const items: ItemName[] = [
    ...TITLE,
    // One that was deleted and brought back is not deleted: the server is to know that too.
    ...(known.has(DELETED) ? [{ kind: "deleted" as const }] : []),
    ...written.map((message): ItemName => ({ kind: "node", messageId: message.id })),
    ...sites.map((record): ItemName => ({ kind: "site", deploymentId: record.id })),
    ...plans.map(({ messageId }): ItemName => ({ kind: "todos", messageId })),
  ];
  const made = new Map(written.map((message) => [message.id, message.createdAt]));
  const stampOf = (item: ItemName): string =>
    known.get(itemId(item)) ??
    stampAt(("messageId" in item ? made.get(item.messageId) : undefined) ?? conversation.updatedAt);
  await outbox.add(id, await lackingOf(db, id, { items, has }), stampOf);
}

/** Lists a conversation's title as pending, dated as it was given. Inside a transaction. */
export async function adoptTitle(
  { db, outbox }: { db: AppDatabase; outbox: Outbox },
  id: string,
): Promise<void> {
  const conversation = await db.conversations.get(id);
  if (!conversation) return;
  const known = await stampsOf(db, id);
  const lacking = await lackingOf(db, id, { items: TITLE, has: new Set() });
  await outbox.add(id, lacking, (item) => known.get(itemId(item)) ?? stampAt(conversation.updatedAt));
}

/** Those that are neither there nor waiting already: what waits is newer than what was known. */
async function lackingOf(
  db: AppDatabase,
  space: string,
  { items, has }: { items: readonly ItemName[]; has: ReadonlySet<string> },
): Promise<ItemName[]> {
  const rows = await db.outbox
    .where("[space+id]")
    .between(...rowsOf(space))
    .toArray();
  const waiting = new Set(rows.map(({ id }) => id));
  return items.filter((item) => !has.has(itemId(item)) && !waiting.has(itemId(item)));
}
