import X from "lucide-solid/icons/x";
import { createUniqueId, onMount, type JSX } from "solid-js";

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
  onClose: () => void;
  children: JSX.Element;
}): JSX.Element {
  const titleId = createUniqueId();
  let dialog!: HTMLDialogElement;
  onMount(() => {
    dialog.showModal();
    // The browser would begin with the close button.
    dialog.querySelector<HTMLElement>('[role="tab"][aria-selected="true"], [role="combobox"]')?.focus();
  });
  const closeOutside = (event: MouseEvent): void => {
    // A press that began inside (a text selection dragged out) also ends in a click on the dialog; only the backdrop's own press counts.
    if (event.target === dialog) dialog.close();
  };
  return (
    <dialog
      ref={(element) => (dialog = element)}
      class={`dialog ${props.class}`}
      aria-labelledby={titleId}
      onClose={() => props.onClose()}
      onPointerDown={closeOutside}
    >
      <div class="dialog-body">
        <header class={props.bare ? "hidden-label" : "dialog-head"}>
          <h2 id={titleId}>{props.title}</h2>
          {props.bare ? null : (
            <IconButton label={t.close} onClick={() => dialog.close()}>
              <X size={16} />
            </IconButton>
          )}
        </header>
        {props.children}
      </div>
    </dialog>
  );
}
