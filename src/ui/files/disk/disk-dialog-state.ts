import { createSignal } from "solid-js";

const [open, setOpen] = createSignal(false);

/** Whether the dialog of the disk's folder is open. */
export const diskDialogOpen = open;

/** Opens the dialog on the conversation in view. */
export function openDiskDialog(): void {
  setOpen(true);
}

export function closeDiskDialog(): void {
  setOpen(false);
}
