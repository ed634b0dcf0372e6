import ScrollText from "lucide-solid/icons/scroll-text";
import { createMemo, createSignal, For, Show, type JSX } from "solid-js";

import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import type { SessionState } from "../state/session-state.ts";
import { logTexts } from "../texts/log-texts.ts";
import { t } from "../texts/texts.ts";
import { LogDetails } from "./log-details.tsx";
import { LogLine } from "./log-line.tsx";
import { filterRows, toLogRows, type LogRow } from "./log-rows.ts";

type Kind = LogRow["kind"] | "all";
const KINDS: Kind[] = ["all", "model", "tool"];

/** What the branch in view cost: each model call and each tool call. */
export function LogPane(props: { session: SessionState }): JSX.Element {
  const [query, setQuery] = createSignal("");
  const [kind, setKind] = createSignal<Kind>("all");
  const [open, setOpen] = createSignal<string | null>(null);
  const rows = createMemo(() => toLogRows(props.session.messages() ?? []));
  const shown = createMemo(() => filterRows(rows(), query(), kind()));
  const opened = (): LogRow | undefined => rows().find((row) => row.key === open());
  return (
    <Show when={props.session.messages()} fallback={<Skeleton label={t.loading} />}>
      <Show
        when={rows().length > 0}
        fallback={
          <PaneState icon={<ScrollText size={22} />} title={logTexts.emptyTitle} text={logTexts.empty} />
        }
      >
        <div class="log">
          <header class="log-bar">
            <input
              class="input grow"
              type="search"
              aria-label={logTexts.filter}
              placeholder={logTexts.filter}
              value={query()}
              onInput={(event) => setQuery(event.currentTarget.value)}
            />
            <select
              class="input log-kind"
              aria-label={logTexts.kind}
              onChange={(event) => setKind(toKind(event.currentTarget.value))}
            >
              <For each={KINDS}>{(one) => <option value={one}>{logTexts.kinds[one]}</option>}</For>
            </select>
          </header>
          <Table rows={shown()} onOpen={setOpen} />
          <Show when={opened()}>{(row) => <LogDetails row={row()} onClose={() => setOpen(null)} />}</Show>
        </div>
      </Show>
    </Show>
  );
}

function toKind(value: string): Kind {
  return KINDS.find((kind) => kind === value) ?? "all";
}

function Table(props: { rows: LogRow[]; onOpen: (key: string) => void }): JSX.Element {
  return (
    <div class="log-scroll" tabindex={0} role="group" aria-label={t.shell.tabs.log}>
      <table>
        <thead>
          <tr>
            <th scope="col">{logTexts.time}</th>
            <th scope="col">{logTexts.what}</th>
            <th scope="col" class="is-number">
              {logTexts.first}
            </th>
            <th scope="col" class="is-number">
              {logTexts.duration}
            </th>
            <th scope="col" class="is-number">
              {logTexts.tokens}
            </th>
            <th scope="col" class="is-number">
              {logTexts.bytes}
            </th>
          </tr>
        </thead>
        <tbody>
          <For
            each={props.rows}
            fallback={
              <tr>
                <td colspan={6}>{logTexts.noMatch}</td>
              </tr>
            }
          >
            {(row) => <LogLine row={row} onOpen={() => props.onOpen(row.key)} />}
          </For>
        </tbody>
      </table>
    </div>
  );
}
