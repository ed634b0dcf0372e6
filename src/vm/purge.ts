import { keptUntil } from "../domain/conversation.ts";
import { OkcvmError } from "../domain/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Conversations } from "../ports/conversations.ts";
import type { DiskSource } from "../ports/disk-folders.ts";
import type { Publisher } from "../ports/publisher.ts";
import type { Workspaces } from "../ports/workspace.ts";

export interface PurgeParts {
  conversations: Pick<Conversations, "deleted" | "mayPurge" | "purge">;
  publisher: Pick<Publisher, "destroy">;
  workspaces: Pick<Workspaces, "destroy">;
  disks: DiskSource;
  clock: Clock;
}

/** Removes a deleted conversation with its files and sites. Errors: `unreachable` while other browsers of the account have not heard that it is deleted. */
export async function purge(
  id: string,
  { conversations, publisher, workspaces, disks }: PurgeParts,
): Promise<void> {
  if (!(await conversations.mayPurge(id)))
    throw new OkcvmError(
      "unreachable",
      "Your other browsers have not heard yet that it is deleted. Try again when everything is synced.",
    );
  await publisher.destroy(id);
  await workspaces.destroy(id);
  await forgetFolder(disks, id);
  await conversations.purge(id);
}

/** Removes the conversations that were deleted long enough ago. */
export async function purgeOld(parts: PurgeParts): Promise<void> {
  const now = parts.clock.now();
  for (const conversation of await parts.conversations.deleted()) {
    if (now < (keptUntil(conversation) ?? Number.POSITIVE_INFINITY)) continue;
    try {
      await purge(conversation.id, parts);
    } catch {
      // It stays deleted and is tried again at the next start; the page must open all the same.
    }
  }
}

async function forgetFolder(disks: DiskSource, conversationId: string): Promise<void> {
  if (disks.supported()) await (await disks.load()).forget(conversationId);
}
