import { createEffect, createSignal, on, type Accessor } from "solid-js";

import type { Snapshot } from "../../domain/snapshot.ts";
import type { Moments } from "../diff/comparison.ts";
import type { TimelineState } from "./timeline-state.ts";

/** A snapshot to look into: what it changed, or a reply's snapshots together, up to `snapshot`. */
export interface SnapshotChoice {
  snapshot: Snapshot;
  moments: Moments;
  title: string;
}

/** What the timeline shows the changes of. */
export type Chosen =
  /** From the newest snapshot to now. */
  | { kind: "unsaved" }
  | ({ kind: "snapshot" } & SnapshotChoice)
  /** Any two moments. */
  | { kind: "compare"; moments: Moments };

export interface Choice {
  /** null for nothing: the list alone. */
  chosen: Accessor<Chosen | null>;
  choose: (chosen: Chosen | null) => void;
  compare: (moments: Moments) => void;
  /** Goes back to what was looked at before comparing began. */
  stopComparing: () => void;
}

/** Keeps a choice for as long as it stands for something. */
export function createChoice(state: TimelineState): Choice {
  const [chosen, choose] = createSignal<Chosen | null>(null);
  let earlier: Chosen | null = null;
  createEffect(
    on(state.snapshots, (list) => {
      const id = idOf(chosen());
      // Another branch came into view.
      if (list && id !== null && !list.some((snapshot) => snapshot.id === id)) choose(null);
    }),
  );
  createEffect(() => {
    // What was unsaved has been saved, or taken back.
    if (chosen()?.kind === "unsaved" && state.unsaved.value()?.length === 0) choose(null);
  });
  return {
    chosen,
    choose,
    compare(moments) {
      if (chosen()?.kind !== "compare") earlier = chosen();
      choose({ kind: "compare", moments });
    },
    stopComparing: () => choose(earlier),
  };
}

/** The snapshot a choice stands for; null for others. */
export function idOf(chosen: Chosen | null): string | null {
  return chosen?.kind === "snapshot" ? chosen.snapshot.id : null;
}

/** The two moments of a choice. */
export function momentsOfChoice(chosen: Chosen, head: string | null): Moments {
  return chosen.kind === "unsaved" ? { from: head, to: null } : chosen.moments;
}

/** Whether a choice stands for a snapshot, or for the stretch of history that ends with it. */
export function isChosen(chosen: Chosen | null, moments: Moments): boolean {
  return (
    chosen?.kind === "snapshot" && chosen.moments.to === moments.to && chosen.moments.from === moments.from
  );
}
