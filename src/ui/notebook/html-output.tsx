import Download from "lucide-solid/icons/download";
import { createEffect, createMemo, Show, type JSX } from "solid-js";

import { downloadBlob } from "../files/operations/download.ts";
import { formatBytes } from "../format/bytes.ts";
import { notebookTexts } from "../texts/notebook-texts.ts";
import { notebookHtml, type NotebookHtml } from "./notebook-html.ts";

/** Above this many characters HTML is not drawn: it would hold up the page. */
const HTML_LIMIT = 500_000;

/**
 * HTML of a cell in a box that scrolls in itself. What needs scripts stays out:
 * a frame made here takes on the app's own policy, which runs no foreign
 * script in srcdoc, blob and data documents alike (measured in Chromium), and
 * to loosen that policy would loosen it for the app.
 */
export function HtmlOutput(props: { html: string; cell: number | null }): JSX.Element {
  const drawn = createMemo<NotebookHtml | null>(() =>
    props.html.length > HTML_LIMIT ? null : notebookHtml(props.html),
  );
  return (
    <Show
      when={drawn()}
      fallback={
        <PageNote
          text={notebookTexts.large(formatBytes(props.html.length))}
          html={props.html}
          cell={props.cell}
        />
      }
    >
      {(output) => (
        <>
          <Show when={!output().empty}>
            <HtmlBox html={output()} label={notebookTexts.table(props.cell)} />
          </Show>
          <Show when={output().active}>
            <PageNote
              text={output().empty ? notebookTexts.scripts : notebookTexts.partScripts}
              html={props.html}
              cell={props.cell}
            />
          </Show>
        </>
      )}
    </Show>
  );
}

function HtmlBox(props: { html: NotebookHtml; label: string }): JSX.Element {
  let box!: HTMLDivElement;
  createEffect(() => box.replaceChildren(props.html.nodes));
  return (
    <div
      ref={(element) => (box = element)}
      class="cell-html"
      classList={{ "is-coloured": props.html.coloured }}
      tabindex={0}
      role="group"
      aria-label={props.label}
    />
  );
}

/** Why HTML is not drawn here, and the way to see it elsewhere. */
function PageNote(props: { text: string; html: string; cell: number | null }): JSX.Element {
  const save = (): void => downloadBlob(new Blob([page(props.html)]), notebookTexts.pageName(props.cell));
  return (
    <div class="cell-note">
      <p class="small quiet grow">{props.text}</p>
      <button type="button" class="button" onClick={save}>
        <Download size={15} />
        {notebookTexts.savePage}
      </button>
    </div>
  );
}

function page(html: string): string {
  return /<html[\s>]/i.test(html) ? html : `<!doctype html>\n<meta charset="utf-8">\n${html}\n`;
}
