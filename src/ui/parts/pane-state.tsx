import { For, Show, type JSX } from "solid-js";

/** An empty or failed pane: one sentence and one action. */
export function PaneState(props: {
  title?: string | undefined;
  text: string;
  icon?: JSX.Element;
  alert?: boolean;
  action?: { label: string; run: () => void } | undefined;
}): JSX.Element {
  return (
    <div class="state" role={props.alert ? "alert" : undefined}>
      {props.icon}
      <Show when={props.title}>{(title) => <h2>{title()}</h2>}</Show>
      <p>{props.text}</p>
      <Show when={props.action}>
        {(action) => (
          <button type="button" class="button" onClick={() => action().run()}>
            {action().label}
          </button>
        )}
      </Show>
    </div>
  );
}

/** Grey lines while something loads; they appear after 150 ms, so that a quick answer does not flicker. */
export function Skeleton(props: { label: string; lines?: number }): JSX.Element {
  return (
    <div class="skeleton" role="status" aria-label={props.label}>
      <For each={Array.from({ length: props.lines ?? 6 })}>{() => <span />}</For>
    </div>
  );
}
