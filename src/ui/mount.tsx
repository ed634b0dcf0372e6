import { createSignal, Show, type JSX } from "solid-js";
import { render } from "solid-js/web";

import { toErrorValue, type ErrorValue } from "../domain/errors.ts";
import type { Okcvm } from "../vm/api.ts";
import { sampleStorage } from "./settings/storage-samples.ts";
import { App } from "./shell/app.tsx";
import { FrameSkeleton, StartError } from "./shell/start.tsx";
import { AppContext } from "./state/app-context.ts";
import { createAppState, idInAddress } from "./state/app-state.ts";
import { restoreTheme } from "./state/theme.ts";
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/shell.css";
import "./styles/chat.css";
import "./styles/markdown.css";
import "./styles/welcome.css";
import "./styles/pane.css";
import "./styles/history.css";
import "./styles/dialog.css";

/**
 * Draws the user interface into `root`: the frame at once, the rest when
 * `okcvm.ready` has resolved, an error page when it rejects. Answers what takes
 * it away again.
 */
export function mountApp(root: HTMLElement, okcvm: Okcvm): () => void {
  restoreTheme();
  return render(() => <Root okcvm={okcvm} />, root);
}

function Root(props: { okcvm: Okcvm }): JSX.Element {
  const [ready, setReady] = createSignal<Okcvm>();
  const [error, setError] = createSignal<ErrorValue>();
  props.okcvm.ready.then(setReadyOf(setReady), (cause: unknown) => setError(toErrorValue(cause)));
  return (
    <Show when={!error()} fallback={<StartError message={error()?.message ?? ""} />}>
      <Show when={ready()} fallback={<FrameSkeleton />}>
        {(okcvm) => <Running okcvm={okcvm()} />}
      </Show>
    </Show>
  );
}

/** A setter takes a function for an updater; this passes any value on as it is. */
function setReadyOf(set: (make: () => Okcvm) => void): (okcvm: Okcvm) => void {
  return (okcvm) => set(() => okcvm);
}

function Running(props: { okcvm: Okcvm }): JSX.Element {
  const state = createAppState(props.okcvm);
  void state.open(idInAddress());
  void sampleStorage(props.okcvm.storage);
  return (
    <AppContext.Provider value={state}>
      <App />
    </AppContext.Provider>
  );
}
