import { createSignal, onCleanup, onMount, Show, type JSX } from "solid-js";

import { t } from "../texts/texts.ts";

/** Takes files dropped anywhere on the page, and says so while they hang over it. */
export function DropTarget(props: { onFiles: (files: File[]) => void; disabled: boolean }): JSX.Element {
  const [over, setOver] = createSignal(false);
  const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  const onOver = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    // The files pane takes what is dropped on it.
    if (event.defaultPrevented) {
      setOver(false);
      return;
    }
    // Without this the browser leaves the page to show the file.
    event.preventDefault();
    setOver(!props.disabled);
  };
  const onLeave = (event: DragEvent): void => {
    if (event.relatedTarget === null) setOver(false);
  };
  const onDrop = (event: DragEvent): void => {
    setOver(false);
    if (!hasFiles(event) || event.defaultPrevented) return;
    event.preventDefault();
    if (!props.disabled) props.onFiles([...(event.dataTransfer?.files ?? [])]);
  };
  onMount(() => {
    document.addEventListener("dragover", onOver);
    document.addEventListener("dragleave", onLeave);
    document.addEventListener("drop", onDrop);
  });
  onCleanup(() => {
    document.removeEventListener("dragover", onOver);
    document.removeEventListener("dragleave", onLeave);
    document.removeEventListener("drop", onDrop);
  });
  return (
    <Show when={over()}>
      <div class="drop-cover">
        <p>{t.composer.dropHere}</p>
      </div>
    </Show>
  );
}
