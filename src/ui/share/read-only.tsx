import Eye from "lucide-solid/icons/eye";
import { Show, type JSX } from "solid-js";

import { useApp } from "../state/app-context.ts";
import { shareTexts } from "../texts/share-texts.ts";
import "./share.css";

/** In the composer's place, for who may only read. */
export function ReadOnlyLine(props: { conversationId: string }): JSX.Element {
  const app = useApp();
  const words = shareTexts.readOnly;
  return (
    <section class="read-only" role="status">
      <div class="read-only-line">
        <Eye size={16} />
        <p class="grow">
          {words.text}
          <Show when={app.sync.shared(props.conversationId)?.unshared}>
            {" "}
            <span class="quiet">{words.kept}</span>
          </Show>
        </p>
        <Show when={app.current()}>
          {(conversation) => (
            <button
              type="button"
              class="text-button"
              onClick={() => app.showShare({ mode: "people", conversation: conversation() })}
            >
              {words.people}
            </button>
          )}
        </Show>
      </div>
    </section>
  );
}

/** Above the composer, for who was a member. */
export function NoLongerShared(): JSX.Element {
  return (
    <p class="above-composer" role="status">
      {shareTexts.readOnly.none}
    </p>
  );
}

/** Above the composer, where an encrypted conversation has entries that nobody with its key wrote. */
export function UnopenedLine(props: { count: number }): JSX.Element {
  return (
    <p class="above-composer" role="status">
      {shareTexts.unopened(props.count)}
    </p>
  );
}
