import { For, Show, type JSX } from "solid-js";

import type { RunningServer } from "../../domain/running-server.ts";
import { useApp } from "../state/app-context.ts";
import type { SessionState } from "../state/session-state.ts";
import { previewTexts } from "../texts/preview-texts.ts";

/** What went wrong in the pages of a server, and a way to have it mended. */
export function PageErrors(props: { server: RunningServer; session: SessionState }): JSX.Element {
  const app = useApp();
  const lines = (): string[] => props.server.pageErrors.map(({ path, message }) => `${path}: ${message}`);
  const ask = (): void => {
    void props.session.send(previewTexts.fixRequest(props.server.port, lines().join("\n")));
  };
  return (
    <Show when={lines().length > 0}>
      <details class="page-errors">
        <summary role="status">{previewTexts.pageErrors(lines().length)}</summary>
        <ul>
          <For each={lines()}>{(line) => <li>{line}</li>}</For>
        </ul>
        <button
          type="button"
          class="button"
          disabled={props.session.running() || app.readOnly()}
          onClick={ask}
        >
          {previewTexts.fix}
        </button>
      </details>
    </Show>
  );
}
