import { For, type JSX } from "solid-js";

import { Dialog } from "../../parts/dialog.tsx";
import { t } from "../../texts/texts.ts";
import type { Question } from "./ask.ts";

/** A question with a few answers, one of them the likely one; closing it answers null. */
export function ChoiceDialog(props: {
  question: Question;
  onAnswer: (value: string | null) => void;
}): JSX.Element {
  return (
    <Dialog class="choice-dialog" title={props.question.title} onClose={() => props.onAnswer(null)}>
      <div class="choice-body">
        <p>{props.question.text}</p>
        <div class="choice-buttons">
          <button
            type="button"
            class="button bare"
            autofocus={!props.question.options.some(({ primary }) => primary)}
            onClick={() => props.onAnswer(null)}
          >
            {t.cancel}
          </button>
          <For each={props.question.options.toReversed()}>
            {(option) => (
              <button
                type="button"
                class="button"
                classList={{ primary: option.primary === true, danger: option.danger === true }}
                autofocus={option.primary === true}
                onClick={() => props.onAnswer(option.value)}
              >
                {option.label}
              </button>
            )}
          </For>
        </div>
      </div>
    </Dialog>
  );
}
