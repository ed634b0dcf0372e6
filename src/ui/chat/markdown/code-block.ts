import { t } from "../../texts/texts.ts";

/** Above this many characters a block stays plain: colouring it would hold up the page. */
const HIGHLIGHT_LIMIT = 20_000;

/** A code block with its bar: language, wrap, copy. `code` is the element that holds the text. */
export interface CodeBlock {
  root: HTMLElement;
  code: HTMLElement;
  language: string;
}

/** Gives each `pre > code` below `parent` its bar, and tables a box to scroll in. */
export function dressBlocks(parent: ParentNode): CodeBlock[] {
  for (const table of parent.querySelectorAll("table")) {
    const box = make("div", "md-table");
    // A box that scrolls must be reachable by keyboard.
    box.tabIndex = 0;
    table.replaceWith(box);
    box.append(table);
  }
  for (const box of parent.querySelectorAll("input")) {
    box.setAttribute("aria-label", t.chat.task(box.checked));
    box.closest("li")?.classList.add("is-task");
  }
  return [...parent.querySelectorAll<HTMLElement>("pre > code")].map(dressCode);
}

function dressCode(code: HTMLElement): CodeBlock {
  const language = /^language-(.+)$/.exec(code.className)?.[1] ?? "";
  const pre = code.parentElement as HTMLElement;
  const root = make("div", "md-code");
  const bar = make("div", "md-code-bar");
  const label = make("span", "md-code-language");
  label.textContent = language || t.chat.plainCode;
  bar.append(label, barButton("wrap", t.chat.wrap), barButton("copy", t.copy));
  pre.replaceWith(root);
  pre.tabIndex = 0;
  pre.setAttribute("role", "group");
  pre.setAttribute("aria-label", t.chat.codeIn(language));
  root.append(bar, pre);
  return { root, code, language };
}

function barButton(action: string, label: string): HTMLButtonElement {
  const button = document.createElement("button");
  button.type = "button";
  button.dataset["action"] = action;
  button.textContent = label;
  if (action === "wrap") button.setAttribute("aria-pressed", "false");
  return button;
}

function make(tag: string, className: string): HTMLElement {
  const element = document.createElement(tag);
  element.className = className;
  return element;
}

/** Colours a finished block when the page is idle; the highlighter is loaded with the first one. */
export function highlightLater(block: CodeBlock): void {
  const text = block.code.textContent ?? "";
  if (block.language === "" || text.length > HIGHLIGHT_LIMIT) return;
  whenIdle(() => {
    void import("./highlighter.ts").then(({ highlight }) => {
      const nodes = block.code.isConnected ? highlight(text, block.language) : null;
      if (nodes) block.code.replaceChildren(nodes);
    });
  });
}

function whenIdle(run: () => void): void {
  if (typeof requestIdleCallback === "function") requestIdleCallback(run, { timeout: 1000 });
  else setTimeout(run, 50);
}
