import { Show, type JSX } from "solid-js";

import { createAsker } from "../files/operations/ask.ts";
import { ChoiceDialog } from "../files/operations/choice-dialog.tsx";

/** Asks before something that cannot be taken back; true to go on. */
export type Confirm = (question: {
  title: string;
  text: string;
  confirm: string;
  danger?: boolean;
}) => Promise<boolean>;

/** Asks before something that cannot be taken back, and where the question is drawn. */
export function createConfirm(): { confirm: Confirm; Slot: () => JSX.Element } {
  const asker = createAsker();
  return {
    async confirm({ title, text, confirm: label, danger = false }) {
      const options = [{ value: "yes", label, primary: !danger, danger }];
      return (await asker.ask({ title, text, options })) === "yes";
    },
    Slot: () => (
      <Show when={asker.question()} keyed>
        {(question) => <ChoiceDialog question={question} onAnswer={asker.answer} />}
      </Show>
    ),
  };
}
