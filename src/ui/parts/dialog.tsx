import X from "lucide-solid/icons/x";
import { createUniqueId, onCleanup, onMount, Show, type JSX } from "solid-js";

import { t } from "../texts/texts.ts";
import { IconButton } from "./icon-button.tsx";

/**
 * A modal on the native dialog element, which keeps the focus inside, closes on
 * Escape and gives the focus back. It is open for as long as it is mounted.
 */
export function Dialog(props: {
  title: string;
  class: string;
  bare?: boolean;
  /** True while only what is inside may close it. */
  locked?: boolean;
  onClose: () => void;
  children: JSX.Element;
}): JSX.Element {
  const titleId = createUniqueId();
  let dialog!: HTMLDialogElement;
  let isOver = false;
  onMount(() => {
    dialog.showModal();
    // The browser would begin with the close button.
    dialog.querySelector<HTMLElement>('[role="tab"][aria-selected="true"], [role="combobox"]')?.focus();
  });
  onCleanup(() => {
    // Taken away while it is open it would not give the focus back.
    isOver = true;
    dialog.close();
  });
  const closeOutside = (event: MouseEvent): void => {
    // A press that began inside (a text selection dragged out) also ends in a click on the dialog; only the backdrop's own press counts.
    if (event.target === dialog && !props.locked) dialog.close();
  };
  const hold = (event: Event): void => {
    if (props.locked) event.preventDefault();
  };
  const onClose = (): void => {
    if (isOver) return;
    // A browser lets a second Escape or a phone's Back through whatever the page says.
    if (props.locked) dialog.showModal();
    else props.onClose();
  };
  return (
    <dialog
      ref={(element) => (dialog = element)}
      class={`dialog ${props.class}`}
      aria-labelledby={titleId}
      onClose={onClose}
      onCancel={hold}
      onKeyDown={(event) => event.key === "Escape" && hold(event)}
      onPointerDown={closeOutside}
    >
      <div class="dialog-body">
        <header class={props.bare ? "hidden-label" : "dialog-head"}>
          <h2 id={titleId}>{props.title}</h2>
          <Show when={!props.bare && !props.locked}>
            <IconButton label={t.close} onClick={() => dialog.close()}>
              <X size={16} />
            </IconButton>
          </Show>
        </header>
        {props.children}
      </div>
    </dialog>
  );
}
