import type { JSX } from "solid-js";

import type { Conversation } from "../../domain/conversation.ts";
import { useApp } from "../state/app-context.ts";
import { accountTexts } from "../texts/account-texts.ts";

/** Says that the conversation in view was deleted elsewhere, and offers to bring it back. */
export function DeletedBanner(props: { conversation: Conversation }): JSX.Element {
  const app = useApp();
  const words = accountTexts.deletedElsewhere;
  const isShared = (): boolean => (app.sync.shared(props.conversation.id)?.members ?? 1) > 1;
  return (
    <div class="banner" role="alert">
      <p class="grow">{isShared() ? words.ofSeveral : words.text}</p>
      <button type="button" class="button" onClick={() => void app.restore(props.conversation.id)}>
        {words.restore}
      </button>
    </div>
  );
}
