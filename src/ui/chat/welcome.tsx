import { createSignal, For, type JSX } from "solid-js";

import { useApp } from "../state/app-context.ts";
import type { SessionState } from "../state/session-state.ts";
import { showToast } from "../state/toasts.ts";
import { t } from "../texts/texts.ts";
import { ConnectForm } from "./connect-form.tsx";
import { Earlier } from "./earlier.tsx";

/** The first page: connect a model, or take the guided demo. */
export function Welcome(props: { session: SessionState; onStart: () => void }): JSX.Element {
  return (
    <div class="welcome" tabindex={-1}>
      <div class="welcome-inner">
        <header>
          <p class="welcome-promise">{t.welcome.promise}</p>
          <p class="quiet">{t.welcome.promiseMore}</p>
        </header>
        <Earlier />
        <div class="welcome-ways">
          <section aria-labelledby="welcome-connect">
            <h2 id="welcome-connect">{t.welcome.connect}</h2>
            <ConnectForm onStart={() => props.onStart()} />
          </section>
          <Demo session={props.session} />
        </div>
      </div>
    </div>
  );
}

function Demo(props: { session: SessionState }): JSX.Element {
  const app = useApp();
  const [starting, setStarting] = createSignal(false);
  const begin = async (): Promise<void> => {
    setStarting(true);
    const error = await app.saveSettings({ demo: true });
    if (error) showToast({ text: error.message, tone: "danger" });
    else await props.session.send(t.welcome.demoMessage);
    setStarting(false);
  };
  return (
    <section class="welcome-demo" aria-labelledby="welcome-demo">
      <h2 id="welcome-demo">{t.welcome.demo}</h2>
      <p>{t.welcome.demoText}</p>
      <ul>
        <For each={t.welcome.demoPoints}>{(point) => <li>{point}</li>}</For>
      </ul>
      <button type="button" class="button" disabled={starting()} onClick={() => void begin()}>
        {t.welcome.demoTake}
      </button>
    </section>
  );
}
