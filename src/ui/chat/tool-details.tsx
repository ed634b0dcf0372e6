import { createMemo, lazy, Show, Suspense, type JSX } from "solid-js";

import type { ToolCallPart } from "../../domain/message.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { Skeleton } from "../parts/pane-state.tsx";
import type { SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";
import { isCell, prettyArguments, snapshotOf } from "./call-object.ts";
import { OutputBox } from "./output-box.tsx";
import { plainOutput } from "./terminal-text.ts";

const CallChange = lazy(async () => ({ default: (await import("../diff/call-change.tsx")).CallChange }));
const CellDetails = lazy(async () => ({
  default: (await import("../notebook/cell-views.ts")).CellDetails,
}));

/** The inside of an open card: arguments and output, or a cell, and, with a session, what it changed. */
export function ToolDetails(props: { call: ToolCallPart; session?: SessionState }): JSX.Element {
  return (
    <div class="tool-details">
      <Show when={props.session?.session.workspace}>
        {(workspace) => (
          <Show when={snapshotOf(props.call)}>
            {(id) => (
              <Suspense fallback={<Skeleton label={t.loading} lines={2} />}>
                <CallChange workspace={workspace()} snapshotId={id()} />
              </Suspense>
            )}
          </Show>
        )}
      </Show>
      <Show when={isCell(props.call)} fallback={<Exchange call={props.call} />}>
        <Suspense fallback={<Skeleton label={t.loading} lines={2} />}>
          <CellDetails call={props.call} />
        </Suspense>
      </Show>
    </div>
  );
}

/** What the model sent and what it read, each with a copy button. */
function Exchange(props: { call: ToolCallPart }): JSX.Element {
  const written = createMemo(() => prettyArguments(props.call.arguments));
  const output = createMemo(() => plainOutput(outputOf(props.call)));
  return (
    <>
      <section>
        <header class="row">
          <h3 class="grow">{t.chat.arguments}</h3>
          <code class="quiet cut">{props.call.name}</code>
          <CopyButton label={t.chat.copyArguments} text={written} />
        </header>
        <OutputBox text={written()} label={t.chat.arguments} follow={false} />
      </section>
      <section>
        <header class="row">
          <h3 class="grow">{t.chat.output}</h3>
          <CopyButton label={t.chat.copyOutput} text={output} />
        </header>
        <Show when={output()} fallback={<p class="small quiet">{emptyWords(props.call)}</p>}>
          <OutputBox text={output()} label={t.chat.output} follow={props.call.state.status === "running"} />
        </Show>
      </section>
    </>
  );
}

function outputOf(call: ToolCallPart): string {
  if (call.state.status === "running") return call.state.output;
  return call.state.status === "done" ? call.state.result.output : "";
}

function emptyWords(call: ToolCallPart): string {
  if (call.state.status === "pending") return t.chat.notStarted;
  return call.state.status === "running" ? t.chat.noOutputYet : t.chat.noOutput;
}
