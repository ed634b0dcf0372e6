import type { JSX } from "solid-js";

/** A button that shows only an icon; `label` is its name and its title. */
export function IconButton(props: {
  label: string;
  onClick: (event: MouseEvent) => void;
  children: JSX.Element;
  disabled?: boolean | undefined;
  pressed?: boolean | undefined;
  expanded?: boolean | undefined;
  class?: string | undefined;
  ref?: ((element: HTMLButtonElement) => void) | undefined;
}): JSX.Element {
  return (
    <button
      ref={(element) => props.ref?.(element)}
      type="button"
      class={props.class ? `icon-button ${props.class}` : "icon-button"}
      aria-label={props.label}
      title={props.label}
      aria-pressed={props.pressed}
      aria-expanded={props.expanded}
      disabled={props.disabled}
      onClick={(event) => props.onClick(event)}
    >
      {props.children}
    </button>
  );
}
