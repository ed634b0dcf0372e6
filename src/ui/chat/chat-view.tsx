import {
  createEffect,
  createMemo,
  lazy,
  Match,
  on,
  onCleanup,
  onMount,
  Show,
  Suspense,
  Switch,
  type JSX,
} from "solid-js";

import type { Message } from "../../domain/message.ts";
import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { ComposerPlace } from "../share/share-slots.tsx";
import { useApp } from "../state/app-context.ts";
import type { SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";
import { Composer } from "./composer.tsx";
import { Examples } from "./examples.tsx";
import { warmUpMarkdown } from "./markdown/warm-up.ts";
import { MessageList } from "./message-list.tsx";
import { OpenBanner } from "./open-banner.tsx";
import { Welcome } from "./welcome.tsx";

const Arriving = lazy(async () => ({ default: (await import("./arriving.tsx")).Arriving }));
const DeletedBanner = lazy(async () => ({ default: (await import("./deleted-banner.tsx")).DeletedBanner }));

/** The middle of the page: a conversation, or the way to a first one. */
export function ChatView(): JSX.Element {
  const app = useApp();
  return (
    <Switch fallback={<Skeleton label={t.loading} />}>
      <Match when={app.openFailure()}>
        {(failure) => (
          <Show
            when={failure().error.code === "workspace-busy"}
            fallback={
              <PaneState
                alert
                title={t.chat.openFailed}
                text={failure().error.message}
                action={{ label: t.retry, run: () => void app.open(failure().id) }}
              />
            }
          >
            <PaneState
              alert
              title={t.chat.elsewhere}
              text={t.chat.elsewhereText}
              action={{ label: t.chat.useHere, run: () => void app.open(failure().id, { takeOver: true }) }}
            />
          </Show>
        )}
      </Match>
      <Match when={app.settings() && app.session()} keyed>
        {(session) => <Conversation session={session} />}
      </Match>
    </Switch>
  );
}

function Conversation(props: { session: SessionState }): JSX.Element {
  const app = useApp();
  const empty = createMemo(() => props.session.messages()?.length === 0);
  const arriving = createMemo(() => empty() && app.current()?.incomplete === true);
  // A test saves what it tests; the page must stay until the person starts.
  createEffect(() => {
    if (!empty() || arriving()) app.setWelcoming(false);
    else if (!app.canSend()) app.setWelcoming(true);
  });
  createEffect(
    on(app.settingsTab, (tab) => tab === null && app.canSend() && app.setWelcoming(false), { defer: true }),
  );
  createEffect(on(app.foreignChanges, () => app.canSend() && app.setWelcoming(false), { defer: true }));
  onCleanup(() => app.setWelcoming(false));
  onMount(warmUpMarkdown);
  return (
    <Show
      when={!app.welcoming()}
      fallback={<Welcome session={props.session} onStart={() => app.setWelcoming(false)} />}
    >
      <OpenBanner session={props.session} />
      <Suspense>
        <Show when={app.deleted()}>{(deleted) => <DeletedBanner conversation={deleted()} />}</Show>
      </Suspense>
      <Show when={!arriving()} fallback={<Suspense children={<Arriving />} />}>
        <Show when={!empty() || app.readOnly()} fallback={<Examples session={props.session} />}>
          <Body session={props.session} />
        </Show>
        <ComposerPlace conversationId={props.session.session.id} running={props.session.running()}>
          <Composer session={props.session} />
        </ComposerPlace>
      </Show>
    </Show>
  );
}

function Body(props: { session: SessionState }): JSX.Element {
  const loaded = (): Message[] | undefined => props.session.messages();
  return (
    <Show
      when={loaded()}
      fallback={
        <Show when={props.session.loadError()} fallback={<Skeleton label={t.loading} />}>
          {(error) => (
            <PaneState
              alert
              text={error().message}
              action={{ label: t.retry, run: () => void props.session.reload() }}
            />
          )}
        </Show>
      }
    >
      {(messages) => <MessageList messages={messages()} session={props.session} />}
    </Show>
  );
}
