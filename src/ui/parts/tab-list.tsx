import { createEffect, For, Show, type JSX } from "solid-js";

export interface TabItem<Id extends string> {
  id: Id;
  label: string;
  icon?: () => JSX.Element;
}

/** Tabs with arrow keys, Home and End. The panel of tab `x` has the id `<prefix>-x-panel`. */
export function TabList<Id extends string>(props: {
  label: string;
  prefix: string;
  class?: string;
  vertical?: boolean;
  tabs: readonly TabItem<Id>[];
  selected: Id;
  onSelect: (id: Id) => void;
}): JSX.Element {
  let list!: HTMLDivElement;
  const move = (event: KeyboardEvent): void => {
    const index = props.tabs.findIndex((tab) => tab.id === props.selected);
    const next = nextIndex(event.key, index, props.tabs.length);
    const tab = next === null ? undefined : props.tabs[next];
    if (!tab) return;
    event.preventDefault();
    props.onSelect(tab.id);
    list.querySelector<HTMLElement>(`#${props.prefix}-${tab.id}-tab`)?.focus();
  };
  // Where not all have room, the one that is shown is in view.
  createEffect(() => {
    const tab = list.querySelector(`#${props.prefix}-${props.selected}-tab`);
    tab?.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
  return (
    <div
      ref={(element) => (list = element)}
      role="tablist"
      class={props.class ? `tabs ${props.class}` : "tabs"}
      aria-label={props.label}
      aria-orientation={props.vertical ? "vertical" : "horizontal"}
      onKeyDown={move}
    >
      <For each={props.tabs}>
        {(tab) => (
          <button
            type="button"
            role="tab"
            class="tab"
            id={`${props.prefix}-${tab.id}-tab`}
            aria-controls={`${props.prefix}-${tab.id}-panel`}
            aria-selected={props.selected === tab.id}
            tabindex={props.selected === tab.id ? 0 : -1}
            onClick={() => props.onSelect(tab.id)}
          >
            <Show when={tab.icon}>{(icon) => icon()()}</Show>
            <span>{tab.label}</span>
          </button>
        )}
      </For>
    </div>
  );
}

function nextIndex(key: string, index: number, count: number): number | null {
  switch (key) {
    case "ArrowRight":
    case "ArrowDown":
      return (index + 1) % count;
    case "ArrowLeft":
    case "ArrowUp":
      return (index - 1 + count) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return null;
  }
}
