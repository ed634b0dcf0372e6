import CloudOff from "lucide-solid/icons/cloud-off";
import { Show, type JSX } from "solid-js";

import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { useApp } from "../state/app-context.ts";
import { accountTexts } from "../texts/account-texts.ts";

/** Only the title is here. A message written now would begin the conversation anew, so there is no composer. */
export function Arriving(): JSX.Element {
  const { sync } = useApp();
  const waits = (): boolean => ["offline", "error"].includes(sync.calmStatus().state);
  return (
    <Show
      when={!waits()}
      fallback={<PaneState icon={<CloudOff size={22} />} text={accountTexts.arriving.later} />}
    >
      <div class="arriving">
        <p class="small quiet" aria-hidden="true">
          {accountTexts.arriving.now}
        </p>
        <Skeleton label={accountTexts.arriving.now} />
      </div>
    </Show>
  );
}
