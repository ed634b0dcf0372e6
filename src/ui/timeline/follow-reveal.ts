import { createEffect, on } from "solid-js";

import type { Snapshot } from "../../domain/snapshot.ts";
import { showToast } from "../state/toasts.ts";
import { historyTexts } from "../texts/history-texts.ts";
import { revealSnapshot, snapshotToReveal } from "../state/reveal-snapshot.ts";
import type { TimelineRow } from "./timeline-rows.ts";
import type { TimelineState } from "./timeline-state.ts";

/** Shows the snapshot another part of the page asks for, loading earlier ones until it is there. */
export function followReveal(state: TimelineState, show: (row: TimelineRow, step: Snapshot) => void): void {
  const find = (id: string): { row: TimelineRow; step: Snapshot } | null => {
    for (const row of state.rows()) {
      const step = row.steps.find((one) => one.id === id);
      if (step) return { row, step };
    }
    return null;
  };
  const reveal = async (id: string): Promise<void> => {
    let found = find(id);
    while (!found && state.hasMore() && !state.moreError()) {
      await state.more();
      found = find(id);
    }
    if (found) show(found.row, found.step);
    else showToast({ text: historyTexts.timeline.notHere });
  };
  createEffect(
    on(snapshotToReveal, (id) => {
      if (id === null) return;
      revealSnapshot(null);
      void reveal(id);
    }),
  );
}
