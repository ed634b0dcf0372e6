import { Match, Show, Switch, type JSX } from "solid-js";

import type { Message } from "../../domain/message.ts";
import { useApp } from "../state/app-context.ts";
import { createNow } from "../state/clock.ts";
import type { Retry, SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";

/** How a message stands when it is more than "done": a wait, a stop, an error, and what can be done now. */
export function StatusRow(props: { message: Message; isLast: boolean; session: SessionState }): JSX.Element {
  const retry = (): Retry | undefined => (props.isLast ? props.session.retry() : undefined);
  return (
    <Switch>
      <Match when={props.message.status === "running" && retry()}>
        {(wait) => <RetryRow retry={wait()} />}
      </Match>
      <Match when={props.message.status === "step-limit"}>
        <div class="status" data-tone="warning">
          <p>{t.chat.stepLimit}</p>
          <Actions message={props.message} isLast={props.isLast} session={props.session} />
        </div>
      </Match>
      <Match when={props.message.status === "interrupted"}>
        <div class="status" data-tone="warning">
          <p>{t.chat.interrupted}</p>
          <Actions message={props.message} isLast={props.isLast} session={props.session} />
        </div>
      </Match>
      <Match when={props.message.status === "stopped"}>
        <p class="status-note">{t.chat.stopped}</p>
      </Match>
      <Match when={props.message.status === "error"}>
        <ErrorRow message={props.message} isLast={props.isLast} session={props.session} />
      </Match>
    </Switch>
  );
}

function RetryRow(props: { retry: Retry }): JSX.Element {
  const now = createNow(250);
  const seconds = (): number => Math.max(0, Math.ceil((props.retry.at - now()) / 1000));
  return (
    <div class="status" data-tone="warning">
      <p>
        {props.retry.reason.message}{" "}
        <span class="numbers">
          {seconds() > 0
            ? t.chat.retryIn(seconds(), props.retry.attempt)
            : t.chat.retryNow(props.retry.attempt)}
        </span>
      </p>
    </div>
  );
}

function ErrorRow(props: { message: Message; isLast: boolean; session: SessionState }): JSX.Element {
  const app = useApp();
  const needsSettings = (): boolean => {
    const code = props.message.error?.code;
    return code === "no-model" || code === "unauthorized" || code === "unreachable";
  };
  return (
    <div class="status" data-tone="danger">
      <p>{props.message.error?.message ?? t.chat.failed}</p>
      <div class="row">
        <Show when={!app.readOnly()}>
          <button
            type="button"
            class="button"
            disabled={props.session.running()}
            onClick={() => props.session.regenerate(props.message.id)}
          >
            {t.retry}
          </button>
        </Show>
        {needsSettings() ? (
          <button type="button" class="button bare" onClick={() => app.showSettings("models")}>
            {t.openSettings}
          </button>
        ) : null}
      </div>
    </div>
  );
}

function Actions(props: { message: Message; isLast: boolean; session: SessionState }): JSX.Element {
  const app = useApp();
  return (
    <Show when={!app.readOnly()}>
      <div class="row">
        {props.isLast ? (
          <button
            type="button"
            class="button"
            disabled={props.session.running()}
            onClick={() => void props.session.send(t.chat.continueMessage)}
          >
            {t.chat.continue}
          </button>
        ) : null}
        <button
          type="button"
          class="button bare"
          disabled={props.session.running()}
          onClick={() => props.session.regenerate(props.message.id)}
        >
          {t.chat.regenerate}
        </button>
      </div>
    </Show>
  );
}
