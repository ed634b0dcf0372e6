import { createSignal, onMount, type JSX } from "solid-js";

import { textOf, type Message } from "../../domain/message.ts";
import type { SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";

/** A user message as a field; sending it makes a new branch. */
export function EditMessage(props: {
  message: Message;
  session: SessionState;
  onClose: () => void;
}): JSX.Element {
  const [text, setText] = createSignal(textOf(props.message));
  let field!: HTMLTextAreaElement;
  const fit = (): void => {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight + 2, window.innerHeight * 0.4)}px`;
  };
  onMount(() => {
    fit();
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
  });
  const send = async (): Promise<void> => {
    if (text().trim() === "") return;
    if (await props.session.edit(props.message.id, text().trim())) props.onClose();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      props.onClose();
    } else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void send();
    }
  };
  return (
    <div class="edit-message">
      <textarea
        ref={(element) => (field = element)}
        class="input"
        aria-label={t.chat.editLabel}
        value={text()}
        onInput={(event) => {
          setText(event.currentTarget.value);
          fit();
        }}
        onKeyDown={onKeyDown}
      />
      <div class="row">
        <span class="grow small quiet">{t.chat.editHint}</span>
        <button type="button" class="button bare" onClick={() => props.onClose()}>
          {t.cancel}
        </button>
        <button
          type="button"
          class="button primary"
          disabled={text().trim() === ""}
          onClick={() => void send()}
        >
          {t.chat.send}
        </button>
      </div>
    </div>
  );
}
