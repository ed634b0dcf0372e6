import { itemId } from "../domain/sync-items.ts";
import type { Arrived } from "../ports/sync-store.ts";
import type { AppDatabase } from "./database.ts";

/** More are not counted. */
const MOST = 1_000;

/** Keeps which items of a space cannot be opened: they come once, and are to be told of until they come as something that can. Inside a transaction. */
export async function noteUnopened(
  { spaces }: AppDatabase,
  space: string,
  { changes, unopened }: Arrived,
): Promise<void> {
  const known = await spaces.get(space);
  if (!known || (unopened.length === 0 && !known.unopened?.length)) return;
  const opened = new Set(changes.map(({ item }) => itemId(item)));
  const left = (known.unopened ?? []).filter((id) => !opened.has(id));
  await spaces.update(space, { unopened: [...new Set([...left, ...unopened])].slice(0, MOST) });
}
