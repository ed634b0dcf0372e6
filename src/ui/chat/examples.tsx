import ArrowRight from "lucide-solid/icons/arrow-right";
import { For, Show, type JSX } from "solid-js";

import { useApp } from "../state/app-context.ts";
import type { SessionState } from "../state/session-state.ts";
import { writeDraft } from "../state/drafts.ts";
import { draftToUse } from "../state/draft-to-use.ts";
import { t } from "../texts/texts.ts";
import { Earlier } from "./earlier.tsx";

/** An empty conversation: three things to ask for. Choosing one puts it into the composer, to be changed or sent. */
export function Examples(props: { session: SessionState }): JSX.Element {
  const app = useApp();
  const use = (text: string): void => {
    writeDraft(props.session.session.id, text);
    draftToUse(text);
    app.composer.focus();
  };
  const takeDemo = async (): Promise<void> => {
    const refused = await app.saveSettings({ demo: true });
    if (refused === null) await props.session.send(t.welcome.demoMessage);
  };
  return (
    <div class="examples">
      <div class="examples-inner">
        <h2>{t.chat.emptyTitle}</h2>
        <p class="quiet">{t.chat.emptyText}</p>
        <Show
          when={!app.settings()?.demo}
          fallback={
            <button
              type="button"
              class="button primary"
              onClick={() => void props.session.send(t.welcome.demoMessage)}
            >
              {t.welcome.demoStart}
            </button>
          }
        >
          <ul class="plain">
            <For each={t.chat.examples}>
              {(example) => (
                <li>
                  <button type="button" class="example" onClick={() => use(example.text)}>
                    <span class="grow">
                      <b>{example.title}</b>
                      <span class="quiet">{example.text}</span>
                    </span>
                    <ArrowRight size={16} />
                  </button>
                </li>
              )}
            </For>
          </ul>
          <button type="button" class="text-button" onClick={() => void takeDemo()}>
            {t.welcome.demoTake}
          </button>
        </Show>
        <Earlier />
      </div>
    </div>
  );
}
