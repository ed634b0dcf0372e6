import { createMemo, For, Show, type JSX } from "solid-js";

import { titleFrom } from "../../domain/conversation.ts";
import { formatRelative } from "../format/time.ts";
import { useApp } from "../state/app-context.ts";
import { createNow } from "../state/clock.ts";
import { t } from "../texts/texts.ts";

/** How many conversations are named. */
const SHOWN = 3;

/** The conversations that were used last, where the list of all is out of sight: they are what someone looks for who just signed in on a phone. */
export function Earlier(): JSX.Element {
  const app = useApp();
  const now = createNow(30_000);
  const earlier = createMemo(() =>
    (app.conversations() ?? [])
      .filter(({ id, title }) => title !== "" && id !== app.current()?.id)
      .slice(0, SHOWN),
  );
  return (
    <Show when={app.layout.width() === "narrow" && earlier().length > 0}>
      <section class="earlier" aria-labelledby="earlier">
        <h2 id="earlier">{t.chat.earlier}</h2>
        <ul class="plain">
          <For each={earlier()}>
            {({ id, title, updatedAt }) => (
              <li>
                <button type="button" onClick={() => void app.open(id)}>
                  <span class="cut">{titleFrom(title)}</span>
                  <span class="small quiet">{formatRelative(updatedAt, now())}</span>
                </button>
              </li>
            )}
          </For>
        </ul>
      </section>
    </Show>
  );
}
