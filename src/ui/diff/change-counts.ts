import { createSignal } from "solid-js";

import type { FileDiff } from "../../domain/snapshot.ts";

/** Lines a snapshot added and took away. */
export interface ChangeCounts {
  additions: number;
  deletions: number;
}

const [counts, setCounts] = createSignal<ReadonlyMap<string, ChangeCounts>>(new Map());

/** What is known of a snapshot's change; undefined until its lines were read once. */
export function changeCounts(snapshotId: string | undefined): ChangeCounts | undefined {
  return snapshotId === undefined ? undefined : counts().get(snapshotId);
}

/** Keeps what a snapshot changed. A snapshot never changes, so this stays true. */
export function keepChangeCounts(snapshotId: string, diffs: readonly FileDiff[]): void {
  const additions = diffs.reduce((sum, diff) => sum + diff.additions, 0);
  const deletions = diffs.reduce((sum, diff) => sum + diff.deletions, 0);
  setCounts((map) => new Map(map).set(snapshotId, { additions, deletions }));
}
