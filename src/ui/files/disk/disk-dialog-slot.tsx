import { lazy, Show, Suspense, type JSX } from "solid-js";

import { useApp } from "../../state/app-context.ts";
import { closeDiskDialog, diskDialogOpen } from "./disk-dialog-state.ts";

const DiskFolderDialog = lazy(async () => ({
  default: (await import("./disk-folder-dialog.tsx")).DiskFolderDialog,
}));

/** Where the dialog of the disk's folder comes up: on the conversation in view, loaded when it is first opened. */
export function DiskDialogSlot(): JSX.Element {
  const app = useApp();
  return (
    <Suspense>
      <Show when={diskDialogOpen() && app.session()} keyed>
        {(session) => <DiskFolderDialog session={session} onClose={closeDiskDialog} />}
      </Show>
    </Suspense>
  );
}
