import Check from "lucide-solid/icons/check";
import Copy from "lucide-solid/icons/copy";
import { Show, type JSX } from "solid-js";

import { t } from "../texts/texts.ts";
import { createCopy } from "./copied.ts";
import { IconButton } from "./icon-button.tsx";

/** Copies what `text` answers and shows a tick for a moment. */
export function CopyButton(props: { label: string; text: () => string }): JSX.Element {
  const { copy, done } = createCopy(() => props.text());
  return (
    <IconButton label={done() ? t.copied : props.label} onClick={copy}>
      <Show when={done()} fallback={<Copy size={15} />}>
        <Check size={15} />
      </Show>
    </IconButton>
  );
}
