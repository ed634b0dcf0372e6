import { Show, type JSX } from "solid-js";

import { t } from "../texts/texts.ts";

/** "+12 −3"; a count of none is left out. */
export function LineCounts(props: { additions: number; deletions: number }): JSX.Element {
  const shown = (count: number): string => count.toLocaleString(t.locale);
  return (
    <span class="change-amount numbers">
      <Show when={props.additions > 0}>
        <span class="change-added">
          <span aria-hidden="true">{t.lineCounts.added(shown(props.additions))}</span>
          <span class="hidden-label">{t.lineCounts.linesAdded(shown(props.additions))}</span>
        </span>
      </Show>
      <Show when={props.deletions > 0}>
        <span class="change-removed">
          <span aria-hidden="true">{t.lineCounts.removed(shown(props.deletions))}</span>
          <span class="hidden-label">{t.lineCounts.linesRemoved(shown(props.deletions))}</span>
        </span>
      </Show>
    </span>
  );
}
