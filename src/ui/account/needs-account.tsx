import { For, type JSX } from "solid-js";

import { useApp } from "../state/app-context.ts";
import { t } from "../texts/texts.ts";

/** Says that something needs an account, and leads there. */
export function NeedsAccount(props: {
  text: readonly string[];
  action: string;
  /** Closes what it stands in. */
  onLeave: () => void;
}): JSX.Element {
  const app = useApp();
  const go = (): void => {
    props.onLeave();
    app.showSettings("account");
  };
  return (
    <div class="stack">
      <div class="account-about">
        <For each={props.text}>{(text) => <p>{text}</p>}</For>
      </div>
      <div class="choice-buttons">
        <button type="button" class="button bare" onClick={() => props.onLeave()}>
          {t.cancel}
        </button>
        <button type="button" class="button primary" autofocus onClick={go}>
          {props.action}
        </button>
      </div>
    </div>
  );
}
