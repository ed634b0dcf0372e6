import { lazy, Show, Suspense, type JSX } from "solid-js";

import { gitDialogMode } from "./git-dialog-state.ts";

const GitDialog = lazy(async () => ({ default: (await import("./git-dialog.tsx")).GitDialog }));

/** Where the Git dialog is drawn when it is open; its code is loaded then. */
export function GitDialogSlot(): JSX.Element {
  return (
    <Suspense>
      <Show when={gitDialogMode()}>
        <GitDialog />
      </Show>
    </Suspense>
  );
}
