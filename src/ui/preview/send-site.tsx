import { createSignal, onCleanup, Show, type JSX } from "solid-js";

import type { Deployment } from "../../domain/deployment.ts";
import { toErrorValue } from "../../domain/errors.ts";
import type { PublicSite } from "../../domain/public-site.ts";
import { createAction } from "../account/action.ts";
import { Problem } from "../parts/problem.tsx";
import { useApp } from "../state/app-context.ts";
import { showToast } from "../state/toasts.ts";
import { previewTexts } from "../texts/preview-texts.ts";

const words = previewTexts.public;

/** Sends a site to the server, with how far it is, and can be stopped. */
export function SendSite(props: {
  deployment: Deployment;
  label: string;
  onSent: (site: PublicSite) => void;
}): JSX.Element {
  const { sites } = useApp().okcvm.sync;
  const sending = createAction();
  const [done, setDone] = createSignal(0);
  let over = new AbortController();
  onCleanup(() => over.abort());
  const send = async (): Promise<void> => {
    over = new AbortController();
    setDone(0);
    let site: PublicSite | null = null;
    await sending.run(async () => {
      const { signal } = over;
      const onProgress = (sent: number, all: number): void =>
        void setDone(all === 0 ? 0 : Math.floor((sent / all) * 100));
      try {
        site = await sites.publish(props.deployment, { signal, onProgress });
      } catch (error) {
        if (toErrorValue(error).code !== "aborted") throw error;
        showToast({ text: words.stopped });
      }
    });
    if (!site) return;
    showToast({ text: words.done });
    props.onSent(site);
  };
  return (
    <div class="stack account-close">
      <div class="row">
        <button type="button" class="button primary" disabled={sending.busy()} onClick={() => void send()}>
          {sending.busy() ? (done() > 0 ? words.percent(done()) : words.publishing) : props.label}
        </button>
        <Show when={sending.busy()}>
          <button type="button" class="button bare" onClick={() => over.abort()}>
            {words.stop}
          </button>
        </Show>
      </div>
      <Problem text={sending.problem()} />
    </div>
  );
}
