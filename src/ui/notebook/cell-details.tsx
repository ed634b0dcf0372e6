import Download from "lucide-solid/icons/download";
import { createMemo, Index, Show, type JSX } from "solid-js";

import type { ToolCallPart } from "../../domain/message.ts";
import { cellOf } from "../../domain/notebook-cells.ts";
import { OutputBox } from "../chat/output-box.tsx";
import { CopyButton } from "../parts/copy-button.tsx";
import { IconButton } from "../parts/icon-button.tsx";
import { useApp } from "../state/app-context.ts";
import { notebookTexts } from "../texts/notebook-texts.ts";
import { t } from "../texts/texts.ts";
import { CodeBox } from "./code-box.tsx";
import { downloadNotebook } from "./download-notebook.ts";
import { OutputView } from "./output-view.tsx";
import { shownOutputs, type Shown } from "./shown-outputs.ts";
import "./notebook.css";

/** The inside of an open card of Python: the code, its outputs in order, and the text the model read. */
export function CellDetails(props: { call: ToolCallPart }): JSX.Element {
  const app = useApp();
  const cell = createMemo(() => cellOf(props.call));
  const code = (): string => cell()?.code ?? "";
  const count = (): number | null => cell()?.executionCount ?? null;
  const running = (): boolean => props.call.state.status === "running";
  const shown = createMemo(() => shownOutputs(cell()?.outputs ?? []));
  const forModel = (): string => (props.call.state.status === "done" ? props.call.state.result.output : "");
  const download = (): void => {
    const session = app.session();
    if (session) downloadNotebook(session.messages() ?? [], app.current()?.title ?? "");
  };
  return (
    <>
      {/* A restart alone has no code. */}
      <Show when={code().trim()}>
        <section>
          <header class="row">
            <h3 class="grow numbers">{notebookTexts.input(count())}</h3>
            <Show when={!running()}>
              <IconButton label={notebookTexts.download} onClick={download}>
                <Download size={15} />
              </IconButton>
            </Show>
            <CopyButton label={notebookTexts.copyCode} text={code} />
          </header>
          <CodeBox text={code()} language="python" label={notebookTexts.code} />
        </section>
      </Show>
      <section class="cell-outputs">
        <h3 class="hidden-label">{t.chat.output}</h3>
        <Index
          each={shown()}
          fallback={<p class="small quiet">{running() ? t.chat.noOutputYet : t.chat.noOutput}</p>}
        >
          {(one) => <Output shown={one()} cell={count()} follow={running()} />}
        </Index>
        <Show when={problemBeside(props.call)}>{(text) => <p class="problem">{text()}</p>}</Show>
      </section>
      <Show when={forModel()}>
        {(text) => (
          <details class="cell-raw">
            <summary class="small">{notebookTexts.forModel}</summary>
            <OutputBox text={text()} label={notebookTexts.forModel} follow={false} />
          </details>
        )}
      </Show>
    </>
  );
}

function Output(props: { shown: Shown; cell: number | null; follow: boolean }): JSX.Element {
  return (
    <div class="cell-output">
      <Show when={props.shown.result !== null && props.shown.result}>
        {(result) => <p class="cell-label numbers">{notebookTexts.result(result())}</p>}
      </Show>
      <OutputView shown={props.shown} cell={props.cell} follow={props.follow} />
    </div>
  );
}

/** Why a cell ended that no output of its own tells: it was stopped, it took too long, Python died. */
function problemBeside(call: ToolCallPart): string | undefined {
  if (call.state.status !== "done" || call.state.result.data === undefined) return undefined;
  const { error } = call.state.result;
  return error && error.code !== "command-failed" ? error.message : undefined;
}
