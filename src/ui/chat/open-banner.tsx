import { Show, type JSX } from "solid-js";

import { useApp } from "../state/app-context.ts";
import type { SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";

/** Says that another tab holds this conversation, and offers to take it over. */
export function OpenBanner(props: { session: SessionState }): JSX.Element {
  const app = useApp();
  return (
    <Show when={props.session.closed()}>
      <div class="banner" role="alert">
        <p class="grow">{t.chat.elsewhere}</p>
        <button
          type="button"
          class="button"
          onClick={() => void app.open(props.session.session.id, { takeOver: true })}
        >
          {t.chat.useHere}
        </button>
      </div>
    </Show>
  );
}
