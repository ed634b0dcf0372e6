import type { JSX } from "solid-js";

/** Where a secret is typed or pasted: no browser corrects it or remembers it. */
export function SecretInput(props: {
  id: string;
  value: string;
  placeholder?: string;
  readonly: boolean;
  invalid: boolean;
  ref: (element: HTMLInputElement) => void;
  onInput: (text: string) => void;
}): JSX.Element {
  return (
    <input
      ref={(element) => props.ref(element)}
      id={props.id}
      class="input mono"
      autocomplete="off"
      autocapitalize="off"
      spellcheck={false}
      placeholder={props.placeholder}
      value={props.value}
      readonly={props.readonly}
      aria-invalid={props.invalid}
      onInput={(event) => props.onInput(event.currentTarget.value)}
    />
  );
}
