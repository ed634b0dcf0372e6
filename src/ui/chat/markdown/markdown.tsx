import { createEffect, type JSX } from "solid-js";

import { copyText } from "../../parts/copy.ts";
import { t } from "../../texts/texts.ts";
import { createMarkdownView } from "./markdown-view.ts";

const SHOWN_MS = 1600;

/** A Markdown text of an untrusted author; `live` while it is still being written. */
export function Markdown(props: { text: string; live: boolean }): JSX.Element {
  const root = document.createElement("div");
  root.className = "md";
  root.addEventListener("click", onBarClick);
  const view = createMarkdownView(root);
  createEffect(() => view.update(props.text, !props.live));
  return root;
}

function onBarClick(event: MouseEvent): void {
  const button =
    event.target instanceof Element ? event.target.closest<HTMLButtonElement>("[data-action]") : null;
  const block = button?.closest<HTMLElement>(".md-code");
  if (!button || !block) return;
  if (button.dataset["action"] === "copy") void copyBlock(button, block);
  else button.setAttribute("aria-pressed", String(block.classList.toggle("wraps")));
}

async function copyBlock(button: HTMLButtonElement, block: HTMLElement): Promise<void> {
  if (!(await copyText(block.querySelector("code")?.textContent ?? ""))) return;
  button.textContent = t.copied;
  setTimeout(() => (button.textContent = t.copy), SHOWN_MS);
}
