import type { Pack } from "../../domain/git/pack-writer.ts";
import type { ObjectStore } from "./object-store.ts";

/** Makes packs part of the history, or takes them out of it. */
export type PackWrites = (change: { packs?: Pack[]; removedPacks?: string[] }) => Promise<void>;

/** Makes packs from elsewhere part of the history for as long as `work` does not fail: then nothing of them stays. */
export async function takeIn<T>(
  { store, write }: { store: ObjectStore; write: PackWrites },
  packs: readonly Pack[],
  work: () => Promise<T>,
): Promise<T> {
  const fresh = packs.filter(({ id }) => !store.indexes.has(id));
  await write({ packs: fresh });
  try {
    return await work();
  } catch (error) {
    await write({ removedPacks: fresh.map(({ id }) => id) });
    throw error;
  }
}
