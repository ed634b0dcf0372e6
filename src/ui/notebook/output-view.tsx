import { createMemo, Match, Show, Switch, type JSX } from "solid-js";

import { Markdown } from "../chat/markdown/markdown.tsx";
import { OutputBox } from "../chat/output-box.tsx";
import { plainOutput } from "../chat/terminal-text.ts";
import { notebookTexts } from "../texts/notebook-texts.ts";
import { t } from "../texts/texts.ts";
import { CodeBox, HIGHLIGHT_LIMIT } from "./code-box.tsx";
import { FigureView } from "./figure-view.tsx";
import { HtmlOutput } from "./html-output.tsx";
import type { Shown, ShownOf } from "./shown-outputs.ts";

/** More text than this in one box would hold up the page. */
const TEXT_LIMIT = 100_000;

/** One output of a cell. `follow` while more of it may come. */
export function OutputView(props: { shown: Shown; cell: number | null; follow?: boolean }): JSX.Element {
  const as = <Kind extends Shown["kind"]>(kind: Kind): ShownOf<Kind> | undefined =>
    props.shown.kind === kind ? (props.shown as ShownOf<Kind>) : undefined;
  return (
    <Switch>
      <Match when={as("figure")}>{(one) => <FigureView figure={one()} cell={props.cell} />}</Match>
      <Match when={as("html")}>{(one) => <HtmlOutput html={one().html} cell={props.cell} />}</Match>
      <Match when={as("markdown")}>{(one) => <Markdown text={one().text} live={false} />}</Match>
      <Match when={as("latex")}>{(one) => <Text text={one().text} label={notebookTexts.latex} />}</Match>
      <Match when={as("json")}>
        {(one) => (
          <Show
            when={one().text.length <= HIGHLIGHT_LIMIT}
            fallback={<Text text={one().text} label={notebookTexts.json} />}
          >
            <CodeBox text={one().text} language="json" label={notebookTexts.json} />
          </Show>
        )}
      </Match>
      <Match when={as("plain")}>{(one) => <Text text={one().text} label={notebookTexts.plain} />}</Match>
      <Match when={as("stream")}>
        {(one) => (
          <Text
            text={one().text}
            tone={one().name === "stderr" ? "warning" : undefined}
            label={notebookTexts[one().name]}
            follow={props.follow}
          />
        )}
      </Match>
      <Match when={as("error")}>
        {(one) => <Text text={one().text} tone="danger" label={notebookTexts.traceback} />}
      </Match>
      <Match when={as("unsupported")}>
        {(one) => <p class="small quiet">{notebookTexts.unsupported(one().types)}</p>}
      </Match>
    </Switch>
  );
}

function Text(props: {
  text: string;
  label: string;
  tone?: "warning" | "danger" | undefined;
  follow?: boolean | undefined;
}): JSX.Element {
  const text = createMemo(() => plainOutput(props.text));
  // A memo: the compiler would make one of a condition inside the box's own effect, which then runs before the text is drawn.
  const begin = createMemo(() => text().slice(0, TEXT_LIMIT));
  const count = (characters: number): string => characters.toLocaleString(t.locale);
  return (
    <div class="cell-text" data-tone={props.tone}>
      <OutputBox text={begin()} label={props.label} follow={props.follow === true} />
      <Show when={text().length > TEXT_LIMIT}>
        <p class="small quiet">{notebookTexts.cut(count(TEXT_LIMIT), count(text().length))}</p>
      </Show>
    </div>
  );
}
