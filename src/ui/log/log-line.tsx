import { Show, type JSX } from "solid-js";

import type { StepPart, ToolCallPart } from "../../domain/message.ts";
import { formatBytes } from "../format/bytes.ts";
import { formatDuration } from "../format/duration.ts";
import { formatClock, formatExact } from "../format/time.ts";
import { logTexts } from "../texts/log-texts.ts";
import { t } from "../texts/texts.ts";
import type { LogRow } from "./log-rows.ts";

/** One line of the log; its name opens the details. */
export function LogLine(props: { row: LogRow; onOpen: () => void }): JSX.Element {
  return (
    <tr data-kind={props.row.kind} onClick={() => props.onOpen()}>
      <td class="numbers quiet" title={formatExact(props.row.at)}>
        {formatClock(props.row.at)}
      </td>
      {props.row.kind === "model" ? (
        <ModelCells step={props.row.step} />
      ) : (
        <ToolCells call={props.row.call} />
      )}
    </tr>
  );
}

function NameCell(props: { name: string; note?: string | undefined; failed?: boolean }): JSX.Element {
  return (
    <td class="log-name">
      {/* The row's own handler does the work; this makes it reachable by keyboard. */}
      <button type="button" class="cut">
        {props.name}
      </button>
      <Show when={props.note}>
        <span classList={{ "log-note": true, "is-failed": props.failed === true }}>{props.note}</span>
      </Show>
    </td>
  );
}

function ModelCells(props: { step: StepPart }): JSX.Element {
  const bytes = (): string => {
    const { requestBytes, replyBytes } = props.step;
    if (requestBytes === undefined && replyBytes === undefined) return logTexts.none;
    return logTexts.inOut(part(requestBytes, formatBytes), part(replyBytes, formatBytes));
  };
  const tokens = (): string => {
    const usage = props.step.usage;
    if (usage?.input === undefined && usage?.output === undefined) return logTexts.none;
    return logTexts.inOut(part(usage?.input, formatCount), part(usage?.output, formatCount));
  };
  return (
    <>
      <NameCell name={props.step.model} />
      <td class="is-number">{part(props.step.firstTokenMs, formatDuration)}</td>
      <td class="is-number">
        {props.step.endedAt === undefined
          ? logTexts.none
          : formatDuration(props.step.endedAt - props.step.startedAt)}
      </td>
      <td class="is-number">{tokens()}</td>
      <td class="is-number">{bytes()}</td>
    </>
  );
}

function ToolCells(props: { call: ToolCallPart }): JSX.Element {
  const state = (): ToolCallPart["state"] => props.call.state;
  const outcome = (): string => {
    const now = state();
    if (now.status !== "done") return logTexts.running;
    return now.result.ok ? logTexts.ok : (now.result.error?.code ?? logTexts.failed);
  };
  const failed = (): boolean => {
    const now = state();
    return now.status === "done" && !now.result.ok;
  };
  const duration = (): string => {
    const now = state();
    return now.status === "done" ? formatDuration(now.endedAt - now.startedAt) : logTexts.none;
  };
  const output = (): string => {
    const now = state();
    return now.status === "done" ? formatBytes(new Blob([now.result.output]).size) : logTexts.none;
  };
  return (
    <>
      <NameCell name={props.call.name.replace(/^mshtools-/, "")} note={outcome()} failed={failed()} />
      <td class="is-number">{logTexts.none}</td>
      <td class="is-number">{duration()}</td>
      <td class="is-number">{logTexts.none}</td>
      <td class="is-number">{output()}</td>
    </>
  );
}

function part(value: number | undefined, format: (value: number) => string): string {
  return value === undefined ? logTexts.none : format(value);
}

function formatCount(count: number): string {
  return count.toLocaleString(t.locale);
}
