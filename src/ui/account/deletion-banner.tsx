import { Show, type JSX } from "solid-js";

import { formatDay } from "../format/time.ts";
import { useApp } from "../state/app-context.ts";
import { showToast } from "../state/toasts.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { createAction } from "./action.ts";

/** The account is to be deleted: when, and how to keep it. */
export function DeletionBanner(props: { at: number; onChanged: () => void }): JSX.Element {
  const { sync } = useApp().okcvm;
  const keeping = createAction();
  const keep = async (): Promise<void> => {
    if (!(await keeping.run(() => sync.scheduleDeletion(false)))) return;
    showToast({ text: accountTexts.remove.kept });
    props.onChanged();
  };
  return (
    <div class="status" data-tone="danger" role="status">
      <p>{accountTexts.remove.scheduled(formatDay(props.at))}</p>
      <div>
        <button type="button" class="button" disabled={keeping.busy()} onClick={() => void keep()}>
          {keeping.busy() ? accountTexts.remove.keeping : accountTexts.remove.keep}
        </button>
      </div>
      <Show when={keeping.problem()}>{(words) => <p class="problem">{words()}</p>}</Show>
    </div>
  );
}
