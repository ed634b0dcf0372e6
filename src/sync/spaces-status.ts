import type { SyncStatus } from "../domain/sync-status.ts";
import type { KnownSpace } from "../ports/sync-store.ts";
import { sharedOf } from "./space-roles.ts";

/** What a status says of single conversations. `unshared` names those with changes that stay here. */
export function spacesStatus(
  spaces: readonly KnownSpace[],
  unshared?: { has(id: string): boolean },
): Pick<SyncStatus, "shared" | "unopened"> {
  const unopened = spaces.flatMap(({ id, unopened: items = [] }) =>
    items.length > 0 ? [{ id, count: items.length }] : [],
  );
  return { shared: sharedOf(spaces, unshared), ...(unopened.length > 0 ? { unopened } : {}) };
}
