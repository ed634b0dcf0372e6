import X from "lucide-solid/icons/x";
import { For, type JSX } from "solid-js";

import { titleFrom } from "../../domain/conversation.ts";
import type { Snapshot } from "../../domain/snapshot.ts";
import type { Moments } from "../diff/comparison.ts";
import { IconButton } from "../parts/icon-button.tsx";
import { createNow } from "../state/clock.ts";
import { historyTexts } from "../texts/history-texts.ts";
import { shortMoment } from "./day-words.ts";
import { labelOf } from "./history-actions.ts";

const NOTHING = "";
const NOW = "now";

/** Two moments to choose: from a snapshot, or from no files at all, to a snapshot or to now. */
export function CompareBar(props: {
  snapshots: readonly Snapshot[];
  moments: Moments;
  onChange: (moments: Moments) => void;
  onStop: () => void;
}): JSX.Element {
  return (
    <div class="compare-bar">
      <MomentSelect
        label={historyTexts.changes.from}
        extra={{ value: NOTHING, label: historyTexts.changes.nothing }}
        snapshots={props.snapshots}
        value={props.moments.from ?? NOTHING}
        onChange={(value) => props.onChange({ ...props.moments, from: value === NOTHING ? null : value })}
      />
      <MomentSelect
        label={historyTexts.changes.to}
        extra={{ value: NOW, label: historyTexts.changes.now }}
        snapshots={props.snapshots}
        value={props.moments.to ?? NOW}
        onChange={(value) => props.onChange({ ...props.moments, to: value === NOW ? null : value })}
      />
      <IconButton label={historyTexts.changes.stopComparing} onClick={() => props.onStop()}>
        <X size={15} />
      </IconButton>
    </div>
  );
}

/** A reply's steps have one label; what was called tells them apart. */
function optionLabel(snapshot: Snapshot): string {
  const label = titleFrom(labelOf(snapshot));
  return snapshot.detail ? historyTexts.changes.stepOption(label, titleFrom(snapshot.detail)) : label;
}

function MomentSelect(props: {
  label: string;
  extra: { value: string; label: string };
  snapshots: readonly Snapshot[];
  value: string;
  onChange: (value: string) => void;
}): JSX.Element {
  const now = createNow(60_000);
  return (
    <label class="compare-field">
      <span class="small quiet">{props.label}</span>
      <select class="input" onChange={(event) => props.onChange(event.currentTarget.value)}>
        <option value={props.extra.value} selected={props.value === props.extra.value}>
          {props.extra.label}
        </option>
        <For each={props.snapshots}>
          {(snapshot) => (
            <option value={snapshot.id} selected={props.value === snapshot.id}>
              {historyTexts.changes.option(optionLabel(snapshot), shortMoment(snapshot.timestamp, now()))}
            </option>
          )}
        </For>
      </select>
    </label>
  );
}
