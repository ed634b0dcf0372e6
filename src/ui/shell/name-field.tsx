import { onMount, untrack, type JSX } from "solid-js";

const MAX_LENGTH = 200;

/** A name being changed: Enter or leaving keeps it, Escape does not. `onDone` gets null for no change. */
export function NameField(props: {
  value: string;
  label: string;
  onDone: (name: string | null) => void;
}): JSX.Element {
  // What it was when the change began: a name that comes meanwhile must not take away what is typed.
  const before = untrack(() => props.value);
  let field!: HTMLInputElement;
  let over = false;
  const end = (keep: boolean): void => {
    // Removing a focused field makes it lose the focus, which would end it twice.
    if (over) return;
    over = true;
    const name = field.value.trim();
    props.onDone(keep && name !== "" && name !== before ? name : null);
  };
  onMount(() => {
    field.focus();
    field.select();
  });
  return (
    <input
      ref={(element) => (field = element)}
      class="input name-field"
      aria-label={props.label}
      maxlength={MAX_LENGTH}
      value={before}
      onBlur={() => end(true)}
      onKeyDown={(event) => {
        if (event.isComposing || event.keyCode === 229) return;
        if (event.key === "Enter") end(true);
        else if (event.key === "Escape") {
          event.stopPropagation();
          event.preventDefault();
          end(false);
        }
      }}
    />
  );
}
