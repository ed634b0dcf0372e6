import ChevronRight from "lucide-solid/icons/chevron-right";
import { Show, type JSX } from "solid-js";

import { formatDuration } from "../format/duration.ts";
import { createNow } from "../state/clock.ts";
import type { SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";
import { Markdown } from "./markdown/markdown.tsx";

/** What a model thought aloud: one folded line; its newest line beside it while it is being written. */
export function Reasoning(props: {
  text: string;
  live: boolean;
  ms: number | null;
  id: string;
  session: SessionState;
}): JSX.Element {
  const open = (): boolean => props.session.isOpen(props.id);
  const began = Date.now();
  const wasLive = props.live;
  const now = createNow(1000, () => props.live);
  // Seen from start to end, the screen's own clock is the best there is.
  const ms = (): number | null => props.ms ?? (wasLive ? now() - began : null);
  const label = (): string => {
    if (props.live) return t.chat.thinking;
    const known = ms();
    return known === null || known < 1000 ? t.chat.thought : t.chat.thoughtFor(formatDuration(known));
  };
  return (
    <div class="reasoning">
      <button
        type="button"
        class="reasoning-line"
        aria-expanded={open()}
        onClick={() => props.session.toggleOpen(props.id)}
      >
        <ChevronRight class="tool-chevron" size={14} />
        <span classList={{ "is-live": props.live }}>{label()}</span>
        <Show when={props.live && !open()}>
          <span class="reasoning-last cut">{lastLine(props.text)}</span>
        </Show>
      </button>
      <Show when={open()}>
        <div class="reasoning-text">
          <Markdown text={props.text} live={props.live} />
        </div>
      </Show>
    </div>
  );
}

function lastLine(text: string): string {
  const line = text.trimEnd().slice(-400).split("\n").at(-1) ?? "";
  return line.slice(-160);
}
