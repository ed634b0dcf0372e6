import { onCleanup, onMount } from "solid-js";

/**
 * Keeps what is typed while something that will take it is on its way, so that
 * it does not go where the focus still is; Escape cancels. Answers how to get
 * it, which starts anew. Call it inside a component.
 */
export function createTypeAhead(isOnItsWay: () => boolean, cancel: () => void): () => string {
  let typed = "";
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!isOnItsWay() || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation();
    // One code point is a character; "Enter" and its like are names of keys.
    if ([...event.key].length === 1) typed += event.key;
    else if (event.key === "Backspace") typed = [...typed].slice(0, -1).join("");
    else if (event.key === "Escape") {
      typed = "";
      cancel();
    }
  };
  onMount(() => document.addEventListener("keydown", onKeyDown, true));
  onCleanup(() => document.removeEventListener("keydown", onKeyDown, true));
  return () => {
    const taken = typed;
    typed = "";
    return taken;
  };
}
