import { For, type JSX } from "solid-js";

import { filesTexts } from "../../texts/files-texts.ts";

/** Two ways to show one thing, one of them chosen. */
export function ViewSwitch<Id extends string>(props: {
  options: readonly { id: Id; label: string }[];
  chosen: Id;
  onChoose: (id: Id) => void;
}): JSX.Element {
  return (
    <div class="view-switch" role="group" aria-label={filesTexts.view.choose}>
      <For each={props.options}>
        {(option) => (
          <button
            type="button"
            aria-pressed={props.chosen === option.id}
            onClick={() => props.onChoose(option.id)}
          >
            {option.label}
          </button>
        )}
      </For>
    </div>
  );
}
