import ExternalLink from "lucide-solid/icons/external-link";
import KeyRound from "lucide-solid/icons/key-round";
import { createEffect, createMemo, createUniqueId, Match, on, Show, Switch, type JSX } from "solid-js";

import { toErrorValue } from "../../domain/errors.ts";
import { Field } from "../parts/field.tsx";
import { useApp } from "../state/app-context.ts";
import { createLoad } from "../state/load.ts";
import { showToast } from "../state/toasts.ts";
import { enGit } from "../texts/en-git.ts";
import { hostOf } from "./address.ts";
import type { GitTask } from "./git-task.ts";
import { tokenHelp } from "./token-help.ts";

interface TokenPartProps {
  task: GitTask;
  problem: string | null;
  inputRef: (element: HTMLElement) => void;
}

/** The access token: not asked for until it is needed, and not shown when one is kept. */
export function TokenPart(props: TokenPartProps): JSX.Element {
  const { git } = useApp().okcvm;
  const { task } = props;
  const host = createMemo(() => hostOf(task.fields().address));
  const kept = createLoad(host, async (name) => name !== null && (await git.hasToken(`https://${name}/x`)));
  const hasKept = (): boolean => kept.value() === true;
  const shape = (): string => (task.ownToken() ? "own" : hasKept() ? "kept" : "none");
  let box!: HTMLDivElement;
  createEffect(on(createMemo(shape), () => requestAnimationFrame(() => keepFocus(box)), { defer: true }));
  const forget = async (name: string): Promise<void> => {
    try {
      await git.forgetToken(`https://${name}/x`);
      showToast({ text: enGit.tokenForgotten(name) });
    } catch (error) {
      showToast({ text: toErrorValue(error).message, tone: "danger" });
    }
    kept.reload();
  };
  return (
    <div ref={(element) => (box = element)}>
      <Switch
        fallback={
          <button type="button" class="text-button small" onClick={() => task.setOwnToken(true)}>
            {enGit.tokenAdd}
          </button>
        }
      >
        <Match when={task.ownToken()}>
          <OwnToken {...props} host={host()} hasKept={hasKept()} />
        </Match>
        <Match when={hasKept() && host()}>
          {(name) => (
            <KeptToken
              host={name()}
              onReplace={() => task.setOwnToken(true)}
              onForget={() => void forget(name())}
            />
          )}
        </Match>
      </Switch>
    </div>
  );
}

/** The button that was pressed is gone; what took its place gets the focus, unless the person went on meanwhile. */
function keepFocus(box: HTMLElement): void {
  if (document.activeElement === document.body) box.querySelector<HTMLElement>("input, button")?.focus();
}

function KeptToken(props: { host: string; onReplace: () => void; onForget: () => void }): JSX.Element {
  return (
    <div class="field">
      <span class="label">{enGit.token}</span>
      <div class="key-state git-kept">
        <KeyRound size={15} />
        <span class="grow">{enGit.tokenKept(props.host)}</span>
        <span class="row">
          <button type="button" class="button" onClick={() => props.onReplace()}>
            {enGit.tokenOther}
          </button>
          <button type="button" class="button danger" onClick={() => props.onForget()}>
            {enGit.tokenForget}
          </button>
        </span>
      </div>
    </div>
  );
}

function OwnToken(props: TokenPartProps & { host: string | null; hasKept: boolean }): JSX.Element {
  const { task } = props;
  const helpId = createUniqueId();
  const help = createMemo(() => tokenHelp(task.mode(), props.host));
  return (
    <div class="git-token">
      <Field label={enGit.token} problem={props.problem}>
        {(id) => (
          <input
            ref={(element) => props.inputRef(element)}
            id={id}
            class="input"
            type="password"
            // "off" is ignored for passwords; this keeps a manager from offering a login.
            autocomplete="new-password"
            spellcheck={false}
            placeholder={enGit.tokenExample}
            value={task.fields().token}
            aria-invalid={props.problem !== null}
            aria-describedby={helpId}
            onInput={(event) => task.edit({ token: event.currentTarget.value })}
          />
        )}
      </Field>
      <p id={helpId} class="small quiet">
        {help().kind}{" "}
        <Show when={help().page}>
          {(page) => (
            <a class="git-link" href={page()} target="_blank" rel="noopener noreferrer">
              {enGit.tokenMake}
              <ExternalLink size={13} />
            </a>
          )}
        </Show>
        <Show when={task.fields().username}>{(name) => <> {enGit.tokenUser(name())}</>}</Show>
      </p>
      <label class="git-remember">
        <input
          type="checkbox"
          checked={task.fields().remember}
          onChange={(event) => task.edit({ remember: event.currentTarget.checked })}
        />
        <span>
          {enGit.tokenRemember}
          <span class="small quiet">{enGit.tokenRememberHint}</span>
        </span>
      </label>
      <Show when={props.hasKept && props.problem === null}>
        <div>
          <button type="button" class="text-button small" onClick={() => task.setOwnToken(false)}>
            {enGit.tokenUseKept}
          </button>
        </div>
      </Show>
    </div>
  );
}
