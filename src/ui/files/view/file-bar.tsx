import ArrowLeft from "lucide-solid/icons/arrow-left";
import Ellipsis from "lucide-solid/icons/ellipsis";
import { onMount, type JSX } from "solid-js";

import { baseName, parentOf } from "../../../domain/paths.ts";
import { IconButton } from "../../parts/icon-button.tsx";
import { filesTexts } from "../../texts/files-texts.ts";

/** The head of an open file: its way back, its name, what belongs to its kind, and its menu. */
export function FileBar(props: {
  path: string;
  onClose: () => void;
  onMenu: (at: { x: number; y: number }) => void;
  children?: JSX.Element;
}): JSX.Element {
  let back!: HTMLButtonElement;
  const openMenu = (event: MouseEvent): void => {
    const button = event.currentTarget instanceof Element ? event.currentTarget : back;
    const box = button.getBoundingClientRect();
    props.onMenu({ x: box.left, y: box.bottom + 2 });
  };
  onMount(() =>
    requestAnimationFrame(() => {
      // Where there is room for one only, the tree that had the focus is out of sight now.
      const now = document.activeElement;
      if (!now || now === document.body || !now.checkVisibility()) back.focus();
    }),
  );
  return (
    <header class="file-bar">
      <IconButton ref={(element) => (back = element)} label={filesTexts.back} onClick={() => props.onClose()}>
        <ArrowLeft size={16} />
      </IconButton>
      <h2 class="file-name" title={props.path}>
        <span class="file-base cut">{baseName(props.path)}</span>
        <span class="file-folder cut">{parentOf(props.path)}</span>
      </h2>
      {props.children}
      <IconButton label={filesTexts.moreFor(baseName(props.path))} onClick={openMenu}>
        <Ellipsis size={16} />
      </IconButton>
    </header>
  );
}
