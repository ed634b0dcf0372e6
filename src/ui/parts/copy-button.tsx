import Check from "lucide-solid/icons/check";
import Copy from "lucide-solid/icons/copy";
import { createSignal, onCleanup, Show, type JSX } from "solid-js";

import { t } from "../texts/texts.ts";
import { copyText } from "./copy.ts";
import { IconButton } from "./icon-button.tsx";

const SHOWN_MS = 1600;

/** Copies what `text` answers and shows a tick for a moment. */
export function CopyButton(props: { label: string; text: () => string }): JSX.Element {
  const [done, setDone] = createSignal(false);
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  const run = async (): Promise<void> => {
    if (!(await copyText(props.text()))) return;
    setDone(true);
    clearTimeout(timer);
    timer = setTimeout(() => setDone(false), SHOWN_MS);
  };
  return (
    <IconButton label={done() ? t.copied : props.label} onClick={() => void run()}>
      <Show when={done()} fallback={<Copy size={15} />}>
        <Check size={15} />
      </Show>
    </IconButton>
  );
}
