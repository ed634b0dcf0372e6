import { createMemo, For, Show, type JSX } from "solid-js";

import type { ModelUse } from "../../domain/sync-status.ts";
import { useApp } from "../state/app-context.ts";
import { createLoad } from "../state/load.ts";
import { accountTexts } from "../texts/account-texts.ts";

/** Days that are shown. */
const SHOWN = 14;
const words = accountTexts.modelUse;

/** What the account used of model keys that the server holds; nothing where it offers none. */
export function ModelUseSection(props: { reachable: boolean }): JSX.Element {
  const { okcvm } = useApp();
  const use = createLoad(
    () => props.reachable,
    () => okcvm.sync.modelUse(),
  );
  const shown = createMemo(() => {
    const value = use.value();
    return value && (value.offered || value.days.length > 0) ? value : null;
  });
  return (
    <Show when={shown()}>
      {(value) => (
        <section class="stack account-section">
          <h3>{words.title}</h3>
          <p class="small quiet">{words.limits(value().requestsPerDay, value().tokensPerDay)}</p>
          <Show when={value().days.length > 0} fallback={<p class="small quiet">{words.none}</p>}>
            <Table days={value().days.slice(0, SHOWN)} />
          </Show>
        </section>
      )}
    </Show>
  );
}

function Table(props: { days: ModelUse["days"] }): JSX.Element {
  const number = (value: number): string => value.toLocaleString("en");
  return (
    <table class="use-table small">
      <thead>
        <tr>
          <For each={words.columns}>{(name) => <th scope="col">{name}</th>}</For>
        </tr>
      </thead>
      <tbody>
        <For each={props.days}>
          {(day) => (
            <tr>
              <td>
                {new Date(day.day).toLocaleDateString("en", {
                  month: "short",
                  day: "numeric",
                  timeZone: "UTC",
                })}
              </td>
              <td>{day.provider}</td>
              <td>{number(day.requests)}</td>
              <td>{number(day.inputTokens)}</td>
              <td>{number(day.outputTokens)}</td>
            </tr>
          )}
        </For>
      </tbody>
    </table>
  );
}
