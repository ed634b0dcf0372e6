import RefreshCw from "lucide-solid/icons/refresh-cw";
import { createMemo, Index, Match, Show, Switch, type JSX } from "solid-js";

import { textOf, type Message } from "../../domain/message.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { IconButton } from "../parts/icon-button.tsx";
import { useApp } from "../state/app-context.ts";
import type { SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";
import { BranchSwitch } from "./branch-switch.tsx";
import { CallRow } from "./call-row.tsx";
import { Markdown } from "./markdown/markdown.tsx";
import { PlanCard } from "./plan-card.tsx";
import { Reasoning } from "./reasoning.tsx";
import { toSegments, type Segment } from "./segments.ts";
import { StatusRow } from "./status-row.tsx";
import { UsageLine } from "./usage-line.tsx";

type SegmentOf<Kind extends Segment["kind"]> = Extract<Segment, { kind: Kind }>;

/** What the agent said and did in one run. */
export function AssistantMessage(props: {
  message: Message;
  isLast: boolean;
  session: SessionState;
}): JSX.Element {
  const app = useApp();
  const again = (): boolean =>
    !app.readOnly() && (props.message.status === "done" || props.message.status === "stopped");
  const segments = createMemo(() => toSegments(props.message.parts));
  const running = (): boolean => props.message.status === "running";
  const waiting = (): boolean => running() && !props.session.retry() && isWaiting(segments());
  return (
    <article class="message assistant" aria-busy={running()}>
      <h2 class="hidden-label">{t.chat.agent}</h2>
      <Show when={props.message.scripted}>
        <span class="badge" title={t.chat.scriptedHint}>
          {t.chat.scripted}
        </span>
      </Show>
      <Index each={segments()}>
        {(segment) => (
          <SegmentView
            segment={segment()}
            running={running()}
            id={props.message.id}
            session={props.session}
          />
        )}
      </Index>
      <Show when={waiting()}>
        <p class="waiting" role="status">
          <span class="hidden-label">{t.chat.waiting}</span>
          <i />
        </p>
      </Show>
      <StatusRow message={props.message} isLast={props.isLast} session={props.session} />
      <Show when={!running()}>
        <footer class="message-actions">
          <Show when={textOf(props.message)}>
            <CopyButton label={t.chat.copyReply} text={() => textOf(props.message)} />
          </Show>
          <Show when={again()}>
            <IconButton
              label={t.chat.regenerate}
              disabled={props.session.running()}
              onClick={() => props.session.regenerate(props.message.id)}
            >
              <RefreshCw size={15} />
            </IconButton>
          </Show>
          <BranchSwitch message={props.message} session={props.session} />
          <UsageLine parts={props.message.parts} />
        </footer>
      </Show>
    </article>
  );
}

/** True while the model has been asked and nothing it says is in sight yet. */
function isWaiting(segments: readonly Segment[]): boolean {
  const last = segments.at(-1);
  if (!last) return true;
  if (last.kind === "plan") return last.call.state.status === "done";
  return last.kind === "calls" && last.calls.every((call) => call.state.status === "done");
}

function SegmentView(props: {
  segment: Segment;
  running: boolean;
  id: string;
  session: SessionState;
}): JSX.Element {
  const as = <Kind extends Segment["kind"]>(kind: Kind): SegmentOf<Kind> | undefined =>
    props.segment.kind === kind ? (props.segment as SegmentOf<Kind>) : undefined;
  return (
    <Switch>
      <Match when={as("text")}>
        {(segment) => <Markdown text={segment().text} live={props.running && segment().last} />}
      </Match>
      <Match when={as("reasoning")}>
        {(segment) => (
          <Reasoning
            text={segment().text}
            live={props.running && segment().last}
            ms={segment().ms}
            id={`${props.id}-${segment().key}`}
            session={props.session}
          />
        )}
      </Match>
      <Match when={as("calls")}>
        {(segment) => (
          <CallRow calls={segment().calls} live={props.running && segment().last} session={props.session} />
        )}
      </Match>
      <Match when={as("plan")}>
        {(segment) => <PlanCard call={segment().call} live={props.running} session={props.session} />}
      </Match>
    </Switch>
  );
}
