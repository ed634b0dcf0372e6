import { createMemo, For, Show, type JSX } from "solid-js";

import { t } from "../../texts/texts.ts";
import { filesTexts } from "../../texts/files-texts.ts";
import { parseTable, separatorOf } from "./parse-table.ts";

const ROWS = 500;
const COLUMNS = 60;

/** A CSV or TSV as a table; its first line is the heading. */
export function TableView(props: { text: string; name: string }): JSX.Element {
  const table = createMemo(() => parseTable(props.text, separatorOf(props.name, props.text), ROWS + 1));
  const columns = (): number[] =>
    Array.from({ length: Math.min(COLUMNS, table().columns) }, (_, index) => index);
  const shownRows = (): number => Math.max(0, table().rows.length - 1);
  const notes = (): string[] => {
    const total = table().totalRows - 1;
    const rows = total > shownRows();
    const wide = table().columns > COLUMNS;
    return [
      ...(rows
        ? [filesTexts.view.firstRows(shownRows().toLocaleString(t.locale), total.toLocaleString(t.locale))]
        : []),
      ...(wide ? [filesTexts.view.firstColumns(COLUMNS, table().columns)] : []),
    ];
  };
  return (
    <Show when={table().totalRows > 0} fallback={<p class="file-note">{filesTexts.view.emptyTable}</p>}>
      <div class="table-view" tabindex={0} role="group" aria-label={filesTexts.view.tableOf(props.name)}>
        <table>
          <thead>
            <tr>
              <For each={columns()}>{(column) => <th scope="col">{table().rows[0]?.[column] ?? ""}</th>}</For>
            </tr>
          </thead>
          <tbody>
            <For each={table().rows.slice(1)}>
              {(row) => (
                <tr>
                  <For each={columns()}>
                    {(column) => (
                      <td classList={{ "is-number": isNumber(row[column]) }}>{row[column] ?? ""}</td>
                    )}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
        <Show when={notes().length > 0}>
          <p class="file-note">{notes().join(" ")}</p>
        </Show>
      </div>
    </Show>
  );
}

function isNumber(cell: string | undefined): boolean {
  return cell !== undefined && /^\s*[-+]?[\d\s.,]*\d\s*%?\s*$/.test(cell);
}
