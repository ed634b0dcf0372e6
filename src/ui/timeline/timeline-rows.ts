import type { Snapshot } from "../../domain/snapshot.ts";
import type { Moments } from "../diff/comparison.ts";

/** One line of the timeline: a snapshot, or all the snapshots of one reply. */
export interface TimelineRow {
  /** The newest of its snapshots: the moment it stands for. */
  snapshot: Snapshot;
  /** Newest first; one, or a reply's steps. */
  steps: readonly Snapshot[];
}

/** A row, or the heading of the day the rows below it are of. */
export type TimelineItem =
  | { kind: "day"; key: string; at: number }
  | { kind: "row"; key: string; row: TimelineRow };

/**
 * Snapshots, newest first, as rows. Those of one reply that follow each other
 * are one row: where something else was kept in between, the order is told as it was.
 */
export function toRows(snapshots: readonly Snapshot[]): TimelineRow[] {
  const rows: { snapshot: Snapshot; steps: Snapshot[] }[] = [];
  for (const snapshot of snapshots) {
    const last = rows.at(-1);
    if (
      last &&
      isOfReply(snapshot) &&
      last.snapshot.messageId === snapshot.messageId &&
      isOfReply(last.snapshot)
    )
      last.steps.push(snapshot);
    else rows.push({ snapshot, steps: [snapshot] });
  }
  return rows;
}

function isOfReply(snapshot: Snapshot): boolean {
  return snapshot.kind === "reply" && snapshot.messageId !== null;
}

/** Rows under the days they were made on, by this machine's clock. */
export function withDays(rows: readonly TimelineRow[]): TimelineItem[] {
  const items: TimelineItem[] = [];
  let day = "";
  for (const row of rows) {
    const own = dayOf(row.snapshot.timestamp);
    // The row's id tells apart two stretches of one day, which a clock that was set back makes.
    if (own !== day)
      items.push({ kind: "day", key: `day-${own}-${row.snapshot.id}`, at: row.snapshot.timestamp });
    day = own;
    items.push({ kind: "row", key: row.snapshot.id, row });
  }
  return items;
}

/** A day by this machine's clock, as a key. */
export function dayOf(at: number): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** From before a row's first step to its last. */
export function momentsOf(row: TimelineRow): Moments & { to: string } {
  const first = row.steps.at(-1) ?? row.snapshot;
  return { from: first.parents[0] ?? null, to: row.snapshot.id };
}

/**
 * A list of snapshots, newest first, brought up to date by the newest page of
 * it. null when the page does not reach back to what is known: another branch,
 * or more news than a page holds.
 */
export function joinNews(page: readonly Snapshot[], known: readonly Snapshot[]): Snapshot[] | null {
  const newest = known[0]?.id;
  const at = page.findIndex((snapshot) => snapshot.id === newest);
  return at < 0 ? null : [...page.slice(0, at), ...known];
}
