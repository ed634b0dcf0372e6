import { keptUntil } from "../domain/conversation.ts";
import { OkcvmError } from "../domain/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Conversations } from "../ports/conversations.ts";
import type { DiskSource } from "../ports/disk-folders.ts";
import type { Profiles } from "../ports/profiles.ts";
import type { Publisher } from "../ports/publisher.ts";
import type { Workspaces } from "../ports/workspace.ts";

export interface PurgeParts {
  conversations: Pick<Conversations, "deleted" | "purge" | "leftovers" | "purged">;
  publisher: Pick<Publisher, "destroy">;
  workspaces: Pick<Workspaces, "destroy">;
  profiles: Pick<Profiles, "othersHave">;
  disks: DiskSource;
  clock: Clock;
}

/** Removes a deleted conversation with its files and sites. Errors: `workspace-busy` when another tab has it open, `exists` when it was brought back. */
export async function purge(id: string, parts: PurgeParts): Promise<void> {
  const { conversations, workspaces } = parts;
  try {
    await workspaces.destroy(id, async () => {
      await conversations.purge(id);
      return removeShared(id, parts);
    });
  } catch (error) {
    if (error instanceof OkcvmError && error.code === "workspace-busy")
      throw new OkcvmError(
        "workspace-busy",
        "The conversation is open in another tab. Close it there, then delete it for good.",
        error,
      );
    throw error;
  }
  await conversations.purged(id);
}

/** Removes the conversations that were deleted long enough ago, and what a page that died has left of others. */
export async function purgeOld(parts: PurgeParts): Promise<void> {
  const { conversations, workspaces, clock } = parts;
  const now = clock.now();
  for (const conversation of await conversations.deleted())
    if (now >= (keptUntil(conversation) ?? Number.POSITIVE_INFINITY))
      await later(() => purge(conversation.id, parts));
  for (const id of await conversations.leftovers())
    await later(async () => {
      // It may have come back until it was its turn.
      const isLeft = async (): Promise<boolean> => (await conversations.leftovers()).includes(id);
      await workspaces.destroy(id, async () => (await isLeft()) && removeShared(id, parts));
      await conversations.purged(id);
    });
}

/** What cannot be done now is tried again at the next start; the page must open all the same. */
async function later(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch {
    // It is still on the list.
  }
}

/** Removes what all accounts of this browser have in common of a conversation, but for its files. False when another one has it too. */
async function removeShared(id: string, { publisher, disks, profiles }: PurgeParts): Promise<boolean> {
  if (await profiles.othersHave(id)) return false;
  await publisher.destroy(id);
  if (disks.supported()) await (await disks.load()).forget(id);
  return true;
}
