import Check from "lucide-solid/icons/check";
import { For, onCleanup, onMount, Show, type JSX } from "solid-js";

/** One line of a menu. */
export interface MenuItem {
  label: string;
  run: () => void;
  /** The keys that do the same, in words. */
  keys?: string;
  /** Set for something that is on or off. */
  checked?: boolean;
  danger?: boolean;
}

/** A menu that is open, and where: below the point, or where there is room. */
export interface OpenMenu {
  label: string;
  /** Groups, with a line between them. */
  groups: MenuItem[][];
  x: number;
  y: number;
}

const MARGIN = 8;

/**
 * A menu in the top layer. Arrows, Home, End and letters move in it; Escape, Tab
 * and a press outside close it. The focus goes back to where it was before an
 * item is run, so that an item may move it on.
 */
export function Menu(props: { menu: OpenMenu; onClose: () => void }): JSX.Element {
  let box!: HTMLDivElement;
  const before = document.activeElement;
  const items = (): HTMLElement[] => [...box.querySelectorAll<HTMLElement>("[role^=menuitem]")];
  const close = (): void => {
    if (box.matches(":popover-open")) box.hidePopover();
  };
  const run = (item: MenuItem): void => {
    close();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
    item.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === "Tab") close();
    else if (!moveIn(items(), event.key)) return;
    event.preventDefault();
  };
  onMount(() => {
    box.showPopover();
    place(box, props.menu);
    items()[0]?.focus({ preventScroll: true });
  });
  onCleanup(() => {
    if (before instanceof HTMLElement && box.contains(document.activeElement)) before.focus();
  });
  return (
    <div
      ref={(element) => (box = element)}
      class="menu"
      role="menu"
      popover="auto"
      aria-label={props.menu.label}
      onKeyDown={onKeyDown}
      on:toggle={(event: ToggleEvent) => event.newState === "closed" && props.onClose()}
      onContextMenu={(event) => event.preventDefault()}
    >
      <For each={props.menu.groups.filter((group) => group.length > 0)}>
        {(group) => (
          <div class="menu-group" role="group">
            <For each={group}>{(item) => <Item item={item} onRun={() => run(item)} />}</For>
          </div>
        )}
      </For>
    </div>
  );
}

function Item(props: { item: MenuItem; onRun: () => void }): JSX.Element {
  const checkable = (): boolean => props.item.checked !== undefined;
  return (
    <button
      type="button"
      class="menu-item"
      classList={{ "is-danger": props.item.danger === true }}
      role={checkable() ? "menuitemcheckbox" : "menuitem"}
      aria-checked={props.item.checked}
      tabindex={-1}
      onClick={() => props.onRun()}
      onPointerMove={(event) => event.currentTarget.focus({ preventScroll: true })}
    >
      <span class="grow">{props.item.label}</span>
      <Show when={props.item.keys}>{(keys) => <kbd>{keys()}</kbd>}</Show>
      <Show when={props.item.checked}>
        <Check size={15} />
      </Show>
    </button>
  );
}

/** Answers whether the key meant something in a menu. */
function moveIn(items: readonly HTMLElement[], key: string): boolean {
  const at = items.findIndex((item) => item === document.activeElement);
  const count = items.length;
  const next = ((): number | undefined => {
    if (key === "ArrowDown") return (at + 1) % count;
    if (key === "ArrowUp") return (at - 1 + count) % count;
    if (key === "Home") return 0;
    if (key === "End") return count - 1;
    if (key.length !== 1 || key === " ") return undefined;
    const order = items.map((_, index) => (at + 1 + index) % count);
    const letter = key.toLocaleLowerCase();
    return order.find((index) => items[index]?.textContent?.toLocaleLowerCase().startsWith(letter));
  })();
  if (next === undefined) return false;
  items[next]?.focus({ preventScroll: true });
  return true;
}

/** Below and right of the point where that fits, else as near as it does. */
function place(box: HTMLElement, menu: OpenMenu): void {
  const { width, height } = box.getBoundingClientRect();
  const left = Math.min(menu.x, innerWidth - width - MARGIN);
  const below = menu.y + height + MARGIN <= innerHeight;
  const top = below ? menu.y : Math.max(MARGIN, innerHeight - height - MARGIN);
  box.style.left = `${Math.max(MARGIN, left)}px`;
  box.style.top = `${top}px`;
}
