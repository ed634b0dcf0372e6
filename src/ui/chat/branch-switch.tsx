import ChevronLeft from "lucide-solid/icons/chevron-left";
import ChevronRight from "lucide-solid/icons/chevron-right";
import { createEffect, createSignal, onCleanup, Show, type JSX } from "solid-js";

import { toErrorValue } from "../../domain/errors.ts";
import type { Message } from "../../domain/message.ts";
import { IconButton } from "../parts/icon-button.tsx";
import type { SessionState } from "../state/session-state.ts";
import { showToast } from "../state/toasts.ts";
import { t } from "../texts/texts.ts";

/** "2 / 3" with arrows when a message has alternatives. They are asked for once the message is in sight. */
export function BranchSwitch(props: { message: Message; session: SessionState }): JSX.Element {
  let anchor!: HTMLSpanElement;
  const [seen, setSeen] = createSignal(false);
  const [siblings, setSiblings] = createSignal<string[]>([]);
  createEffect(() => {
    const observer = new IntersectionObserver((entries) => {
      if (entries.some((entry) => entry.isIntersecting)) setSeen(true);
    });
    observer.observe(anchor);
    onCleanup(() => observer.disconnect());
  });
  createEffect(() => {
    props.session.branchVersion();
    if (!seen()) return;
    const id = props.message.id;
    props.session.session
      .siblings(id)
      .then((list) => setSiblings(list.map((one) => one.id)))
      .catch((error: unknown) => showToast({ text: toErrorValue(error).message, tone: "danger" }));
  });
  const position = (): number => siblings().indexOf(props.message.id);
  const go = (step: number): void => {
    const target = siblings()[position() + step];
    if (target !== undefined) props.session.select(target);
  };
  return (
    <span ref={(element) => (anchor = element)} class="branch">
      <Show when={siblings().length > 1}>
        <IconButton
          label={t.chat.previousVersion}
          disabled={position() <= 0 || props.session.running()}
          onClick={() => go(-1)}
        >
          <ChevronLeft size={15} />
        </IconButton>
        <span class="small numbers">{t.chat.version(position() + 1, siblings().length)}</span>
        <IconButton
          label={t.chat.nextVersion}
          disabled={position() >= siblings().length - 1 || props.session.running()}
          onClick={() => go(1)}
        >
          <ChevronRight size={15} />
        </IconButton>
      </Show>
    </span>
  );
}
