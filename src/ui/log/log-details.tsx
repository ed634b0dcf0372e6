import { For, Show, type JSX } from "solid-js";

import type { StepPart } from "../../domain/message.ts";
import { ToolDetails } from "../chat/tool-details.tsx";
import { formatBytes } from "../format/bytes.ts";
import { formatDuration } from "../format/duration.ts";
import { formatExact } from "../format/time.ts";
import { Dialog } from "../parts/dialog.tsx";
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
    value === undefined ? t.log.notSent : value.toLocaleString(t.locale);
  return [
    [t.log.first, step.firstTokenMs === undefined ? t.log.none : formatDuration(step.firstTokenMs)],
    [t.log.duration, step.endedAt === undefined ? t.log.none : formatDuration(step.endedAt - step.startedAt)],
    [t.log.tokensInput, count(step.usage?.input)],
    [t.log.tokensCached, count(step.usage?.cachedInput)],
    [t.log.tokensOutput, count(step.usage?.output)],
    [t.log.tokensReasoning, count(step.usage?.reasoning)],
    [t.log.requestBytes, step.requestBytes === undefined ? t.log.none : formatBytes(step.requestBytes)],
    [t.log.replyBytes, step.replyBytes === undefined ? t.log.none : formatBytes(step.replyBytes)],
    [t.log.finish, step.finish ?? t.log.none],
  ];
}
