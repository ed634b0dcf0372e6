import { For, Show, type JSX } from "solid-js";

import { MOD_KEY } from "../shell/commands.ts";
import { useApp } from "../state/app-context.ts";
import { settingsTexts } from "../texts/settings-texts.ts";
import { t } from "../texts/texts.ts";

/** What this is, which engine runs, and the keys. */
export function AboutPanel(): JSX.Element {
  const app = useApp();
  const engine = (): string => {
    const known = app.session()?.engine();
    return known ? t.shell.engine(known.name, t.shell.engineState[known.state]) : settingsTexts.noEngine;
  };
  const keys: [string, string][] = [
    [`${MOD_KEY} K`, t.palette.title],
    [`${MOD_KEY} ,`, t.settings.title],
    [t.keys.enter, t.keys.send],
    [t.keys.shiftEnter, t.keys.newLine],
    [t.keys.escape, t.keys.stop],
    [t.keys.arrows, t.keys.move],
    ["F2", t.keys.rename],
    [`${MOD_KEY} S`, t.keys.save],
    [`${MOD_KEY} F`, t.keys.find],
    [`${MOD_KEY} Shift F`, t.keys.searchFiles],
    [t.keys.escapeTab, t.keys.leaveEditor],
  ];
  return (
    <div class="stack wide-gap">
      <dl class="facts">
        <Show when={version()}>
          {(text) => (
            <>
              <dt>{settingsTexts.version}</dt>
              <dd class="numbers">{text()}</dd>
            </>
          )}
        </Show>
        <dt>{settingsTexts.engine}</dt>
        <dd>{engine()}</dd>
        <dt>{settingsTexts.licenses}</dt>
        <dd>
          <a href="/licenses.txt" target="_blank" rel="noreferrer">
            {settingsTexts.licensesLink}
          </a>
        </dd>
      </dl>
      <section>
        <h3>{settingsTexts.shortcuts}</h3>
        <dl class="facts">
          <For each={keys}>
            {([key, words]) => (
              <>
                <dt>
                  <kbd>{key}</kbd>
                </dt>
                <dd>{words}</dd>
              </>
            )}
          </For>
        </dl>
      </section>
    </div>
  );
}

/** The page's own version, which the build writes into a meta element. */
function version(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="version"]')?.content ?? "";
}
