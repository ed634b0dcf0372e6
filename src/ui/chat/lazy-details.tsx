import { lazy, Suspense, type JSX } from "solid-js";

import type { ToolCallPart } from "../../domain/message.ts";
import { Skeleton } from "../parts/pane-state.tsx";
import type { SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";

const Details = lazy(async () => ({ default: (await import("./tool-details.tsx")).ToolDetails }));
const Shown = lazy(async () => ({ default: (await import("../notebook/cell-views.ts")).CellShown }));

/** Fetches the inside of cards ahead: one that comes late would move what is being read. */
export function preloadDetails(): void {
  void Details.preload();
}

/** The inside of an open card. */
export function CallDetails(props: { call: ToolCallPart; session: SessionState }): JSX.Element {
  return (
    <Suspense fallback={<Skeleton label={t.loading} lines={2} />}>
      <Details call={props.call} session={props.session} />
    </Suspense>
  );
}

/** Figures, tables and the like of a cell, in sight while its card is shut. */
export function CellGlimpse(props: { call: ToolCallPart }): JSX.Element {
  return (
    <Suspense>
      <Shown call={props.call} />
    </Suspense>
  );
}
