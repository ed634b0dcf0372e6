import { createEffect, onCleanup, type JSX } from "solid-js";

/** Above this many characters code stays plain: colouring it would hold up the page. */
export const HIGHLIGHT_LIMIT = 20_000;

/** Code in a box of at most 320 px, coloured once the highlighter is there. */
export function CodeBox(props: { text: string; language: string; label: string }): JSX.Element {
  const code = document.createElement("code");
  createEffect(() => {
    const { text, language } = props;
    code.textContent = text;
    if (text.length > HIGHLIGHT_LIMIT) return;
    let stale = false;
    onCleanup(() => (stale = true));
    void import("../chat/markdown/highlighter.ts").then(({ highlight }) => {
      const nodes = stale ? null : highlight(text, language);
      if (nodes) code.replaceChildren(nodes);
    });
  });
  return (
    <pre class="output" tabindex={0} role="group" aria-label={props.label}>
      {code}
    </pre>
  );
}
