import { For, Show, type JSX } from "solid-js";

import { MOD_KEY } from "../shell/commands.ts";
import { useApp } from "../state/app-context.ts";
import { commandTexts } from "../texts/command-texts.ts";
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
    [`${MOD_KEY} K`, commandTexts.palette.title],
    [`${MOD_KEY} ,`, t.settings.title],
    [commandTexts.keys.enter, commandTexts.keys.send],
    [commandTexts.keys.shiftEnter, commandTexts.keys.newLine],
    [commandTexts.keys.escape, commandTexts.keys.stop],
    [commandTexts.keys.arrows, commandTexts.keys.move],
    ["F2", commandTexts.keys.rename],
    [`${MOD_KEY} S`, commandTexts.keys.save],
    [`${MOD_KEY} F`, commandTexts.keys.find],
    [`${MOD_KEY} Shift F`, commandTexts.keys.searchFiles],
    [commandTexts.keys.escapeTab, commandTexts.keys.leaveEditor],
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
