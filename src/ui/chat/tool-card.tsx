import Check from "lucide-solid/icons/check";
import ChevronRight from "lucide-solid/icons/chevron-right";
import CircleAlert from "lucide-solid/icons/circle-alert";
import LoaderCircle from "lucide-solid/icons/loader-circle";
import { createMemo, onMount, Show, type JSX } from "solid-js";

import type { ToolCallPart } from "../../domain/message.ts";
import { changeCounts } from "../diff/change-counts.ts";
import { LineCounts } from "../diff/line-counts.tsx";
import { formatBytes } from "../format/bytes.ts";
import { formatDuration } from "../format/duration.ts";
import { createNow } from "../state/clock.ts";
import type { SessionState } from "../state/session-state.ts";
import { toolPhrase, type Phase } from "../texts/tool-phrase.ts";
import { callObject, callVerb, isCell, snapshotOf } from "./call-object.ts";
import { CallDetails, CellGlimpse, preloadDetails } from "./lazy-details.tsx";
import { lastLines } from "./terminal-text.ts";
import { ToolIcon } from "./tool-icon.tsx";

const LIVE_LINES = 3;
const ARGUMENT_BYTES_FROM = 400;

/** Where a call stands, for words and colour. */
export function phaseOf(call: ToolCallPart): Phase {
  if (call.state.status !== "done") return "running";
  return call.state.result.ok ? "done" : "failed";
}

/** One tool call: a line that opens to arguments and output. `live` while its message is being written, `folded` inside a fold. */
export function ToolCard(props: {
  call: ToolCallPart;
  live: boolean;
  folded?: boolean;
  session: SessionState;
}): JSX.Element {
  const open = (): boolean => props.session.isOpen(props.call.callId);
  const object = createMemo(() => callObject(props.call.name, props.call.arguments));
  const phase = createMemo(() => phaseOf(props.call));
  onMount(preloadDetails);
  return (
    <div class="tool" data-phase={phase()}>
      <button
        type="button"
        class="tool-line"
        aria-expanded={open()}
        onClick={() => props.session.toggleOpen(props.call.callId)}
      >
        <ToolIcon name={props.call.name} />
        <span class="tool-name cut">{toolPhrase(callVerb(props.call, object()), object(), phase())}</span>
        <Show when={changeCounts(snapshotOf(props.call))}>
          {(counts) => <LineCounts additions={counts().additions} deletions={counts().deletions} />}
        </Show>
        <span class="tool-meta numbers">
          <CallMeta call={props.call} live={props.live} />
        </span>
        <CallOutcome call={props.call} live={props.live} />
        <ChevronRight class="tool-chevron" size={14} />
      </button>
      <Show when={!open()}>
        <CallGlimpse call={props.call} />
        <Show when={!props.folded && isCell(props.call)}>
          <CellGlimpse call={props.call} />
        </Show>
      </Show>
      <Show when={open()}>
        <CallDetails call={props.call} session={props.session} />
      </Show>
    </div>
  );
}

function CallMeta(props: { call: ToolCallPart; live: boolean }): JSX.Element {
  const now = createNow(1000, () => props.live && props.call.state.status === "running");
  const text = (): string => {
    const { state } = props.call;
    if (state.status === "done") return formatDuration(state.endedAt - state.startedAt);
    if (state.status === "running") return formatDuration(Math.max(1000, now() - state.startedAt));
    const bytes = props.call.arguments.length;
    return bytes >= ARGUMENT_BYTES_FROM ? formatBytes(bytes) : "";
  };
  return <>{text()}</>;
}

function CallOutcome(props: { call: ToolCallPart; live: boolean }): JSX.Element {
  const phase = (): Phase => phaseOf(props.call);
  return (
    <span class="tool-outcome">
      <Show when={phase() === "done"}>
        <Check size={14} />
      </Show>
      <Show when={phase() === "failed"}>
        <CircleAlert size={14} />
      </Show>
      <Show when={phase() === "running" && props.live}>
        <LoaderCircle class="spin" size={14} />
      </Show>
    </span>
  );
}

/** What a shut card shows below its line: the last lines of output, or the error. */
function CallGlimpse(props: { call: ToolCallPart }): JSX.Element {
  const output = (): string => {
    const { state } = props.call;
    return state.status === "running" ? lastLines(state.output, LIVE_LINES) : "";
  };
  const problem = (): string => {
    const { state } = props.call;
    return state.status === "done" && !state.result.ok
      ? (state.result.error?.message ?? state.result.output)
      : "";
  };
  return (
    <>
      <Show when={output()}>{(text) => <pre class="tool-glimpse">{text()}</pre>}</Show>
      <Show when={problem()}>{(text) => <p class="tool-problem">{text()}</p>}</Show>
    </>
  );
}
