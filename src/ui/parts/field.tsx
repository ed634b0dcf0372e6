import { createUniqueId, Show, type JSX } from "solid-js";

import { Problem } from "./problem.tsx";

/** A label above a control, with a hint or a problem below it. `children` gets the control's id. */
export function Field(props: {
  label: string;
  hint?: string | undefined;
  problem?: string | null | undefined;
  children: (id: string) => JSX.Element;
}): JSX.Element {
  const id = createUniqueId();
  return (
    <div class="field">
      <label for={id}>{props.label}</label>
      {props.children(id)}
      <Show
        when={props.problem}
        fallback={<Show when={props.hint}>{(hint) => <p class="hint">{hint()}</p>}</Show>}
      >
        <Problem text={props.problem} />
      </Show>
    </div>
  );
}
