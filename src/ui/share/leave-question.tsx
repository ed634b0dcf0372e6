import type { JSX } from "solid-js";

import type { Conversation } from "../../domain/conversation.ts";
import { titleFrom } from "../../domain/conversation.ts";
import { toErrorValue } from "../../domain/errors.ts";
import { ChoiceDialog } from "../files/operations/choice-dialog.tsx";
import { useApp } from "../state/app-context.ts";
import { showToast } from "../state/toasts.ts";
import { shareTexts } from "../texts/share-texts.ts";
import { t } from "../texts/texts.ts";

/** Asks before the account leaves a conversation of others. */
export function LeaveQuestion(props: { conversation: Conversation }): JSX.Element {
  const { okcvm, showShare } = useApp();
  const { id, title } = props.conversation;
  const words = shareTexts.leave;
  const name = titleFrom(title || t.untitled);
  const answer = async (value: string | null): Promise<void> => {
    showShare(null);
    if (value === null) return;
    try {
      await okcvm.sync.leave(id);
      showToast({ text: words.done(name) });
    } catch (error) {
      showToast({ text: toErrorValue(error).message, tone: "danger" });
    }
  };
  return (
    <ChoiceDialog
      question={{
        title: words.title(name),
        text: words.text,
        options: [{ value: "leave", label: words.confirm, danger: true }],
      }}
      onAnswer={(value) => void answer(value)}
    />
  );
}
