import X from "lucide-solid/icons/x";
import { createEffect, For, Show, type JSX } from "solid-js";

import { IconButton } from "../parts/icon-button.tsx";
import { dismissToast, toasts } from "../state/toasts.ts";
import { t } from "../texts/texts.ts";

/** Short notices, above everything, dialogs too. */
export function Toasts(): JSX.Element {
  let box!: HTMLDivElement;
  createEffect(() => {
    const any = toasts().length > 0;
    // Shown anew each time, to lie above a dialog that has opened since.
    if (box.matches(":popover-open")) box.hidePopover();
    if (any) box.showPopover();
  });
  return (
    <div ref={(element) => (box = element)} class="toasts" popover="manual" role="status" aria-live="polite">
      <For each={toasts()}>
        {(toast) => (
          <div class="toast" data-tone={toast.tone}>
            <p class="grow">{toast.text}</p>
            <Show when={toast.action}>
              {(action) => (
                <button
                  type="button"
                  class="text-button"
                  onClick={() => {
                    dismissToast(toast.id);
                    action().run();
                  }}
                >
                  {action().label}
                </button>
              )}
            </Show>
            <IconButton label={t.dismiss} onClick={() => dismissToast(toast.id)}>
              <X size={14} />
            </IconButton>
          </div>
        )}
      </For>
    </div>
  );
}
