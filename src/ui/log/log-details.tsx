import { For, Show, type JSX } from "solid-js";

import type { StepPart } from "../../domain/message.ts";
import { ToolDetails } from "../chat/tool-details.tsx";
import { formatBytes } from "../format/bytes.ts";
import { formatDuration } from "../format/duration.ts";
import { formatExact } from "../format/time.ts";
import { Dialog } from "../parts/dialog.tsx";
import { logTexts } from "../texts/log-texts.ts";
import { t } from "../texts/texts.ts";
import type { LogRow } from "./log-rows.ts";

/** All that is known of one call. */
export function LogDetails(props: { row: LogRow; onClose: () => void }): JSX.Element {
  const name = (): string => (props.row.kind === "model" ? props.row.step.model : props.row.call.name);
  return (
    <Dialog title={name()} class="log-details" onClose={props.onClose}>
      <div class="log-details-body">
        <p class="small quiet">{formatExact(props.row.at)}</p>
        <Show when={props.row.kind === "tool" && props.row.call}>
          {(call) => <ToolDetails call={call()} />}
        </Show>
        <Show when={props.row.kind === "model" && props.row.step}>
          {(step) => (
            <dl class="facts numbers">
              <For each={factsOf(step())}>
                {([name, value]) => (
                  <>
                    <dt>{name}</dt>
                    <dd>{value}</dd>
                  </>
                )}
              </For>
            </dl>
          )}
        </Show>
      </div>
    </Dialog>
  );
}

function factsOf(step: StepPart): [string, string][] {
  const count = (value: number | undefined): string =>
    value === undefined ? logTexts.notSent : value.toLocaleString(t.locale);
  return [
    [logTexts.first, step.firstTokenMs === undefined ? logTexts.none : formatDuration(step.firstTokenMs)],
    [
      logTexts.duration,
      step.endedAt === undefined ? logTexts.none : formatDuration(step.endedAt - step.startedAt),
    ],
    [logTexts.tokensInput, count(step.usage?.input)],
    [logTexts.tokensCached, count(step.usage?.cachedInput)],
    [logTexts.tokensOutput, count(step.usage?.output)],
    [logTexts.tokensReasoning, count(step.usage?.reasoning)],
    [logTexts.requestBytes, step.requestBytes === undefined ? logTexts.none : formatBytes(step.requestBytes)],
    [logTexts.replyBytes, step.replyBytes === undefined ? logTexts.none : formatBytes(step.replyBytes)],
    [logTexts.finish, step.finish ?? logTexts.none],
  ];
}
