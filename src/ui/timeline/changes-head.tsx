import ArrowLeft from "lucide-solid/icons/arrow-left";
import GitCompare from "lucide-solid/icons/git-compare";
import { Show, type JSX } from "solid-js";

import type { Snapshot } from "../../domain/snapshot.ts";
import { formatExact } from "../format/time.ts";
import { IconButton } from "../parts/icon-button.tsx";
import { historyTexts } from "../texts/history-texts.ts";
import type { Chosen } from "./choice.ts";
import { shortMoment } from "./day-words.ts";
import { labelOf } from "./history-actions.ts";

/** What the changes are of, the way back, and what can be done with the moment. */
export function ChangesHead(props: {
  chosen: Chosen;
  now: number;
  here: string | null;
  blocked: boolean;
  /** True where the list is not beside it. */
  withBack: boolean;
  onBack: () => void;
  onCompare: () => void;
  onRestore: (snapshot: Snapshot) => void;
}): JSX.Element {
  const snapshot = (): Snapshot | undefined =>
    props.chosen.kind === "snapshot" ? props.chosen.snapshot : undefined;
  const title = (): string => {
    const { chosen } = props;
    if (chosen.kind === "unsaved") return historyTexts.timeline.unsaved;
    return chosen.kind === "compare" ? historyTexts.changes.comparing : chosen.title;
  };
  return (
    <header class="changes-head">
      <Show when={props.withBack}>
        <IconButton class="changes-back" label={historyTexts.changes.back} onClick={() => props.onBack()}>
          <ArrowLeft size={16} />
        </IconButton>
      </Show>
      <div class="grow">
        <h2 class="cut" title={title()}>
          {title()}
        </h2>
        <Show when={snapshot()}>
          {(one) => (
            <p class="small quiet cut" title={formatExact(one().timestamp)}>
              {historyTexts.changes.of(
                shortMoment(one().timestamp, props.now),
                historyTexts.timeline.kinds[one().kind],
              )}
            </p>
          )}
        </Show>
      </div>
      <Show when={props.chosen.kind !== "compare"}>
        <IconButton label={historyTexts.changes.compare} onClick={() => props.onCompare()}>
          <GitCompare size={15} />
        </IconButton>
      </Show>
      <Show when={snapshot()?.id !== props.here && snapshot()}>
        {(one) => <RestoreButton snapshot={one()} blocked={props.blocked} onRestore={props.onRestore} />}
      </Show>
    </header>
  );
}

function RestoreButton(props: {
  snapshot: Snapshot;
  blocked: boolean;
  onRestore: (snapshot: Snapshot) => void;
}): JSX.Element {
  const words = (): string => historyTexts.timeline.restoreTo(labelOf(props.snapshot));
  return (
    <button
      type="button"
      class="button"
      disabled={props.blocked}
      aria-label={words()}
      title={props.blocked ? historyTexts.timeline.whileRunning : words()}
      onClick={() => props.onRestore(props.snapshot)}
    >
      {historyTexts.timeline.restore}
    </button>
  );
}
