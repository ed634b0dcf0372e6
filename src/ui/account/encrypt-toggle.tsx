import Lock from "lucide-solid/icons/lock";
import LockOpen from "lucide-solid/icons/lock-open";
import { Show, type JSX } from "solid-js";

import type { Conversation } from "../../domain/conversation.ts";
import { toErrorValue } from "../../domain/errors.ts";
import { useApp } from "../state/app-context.ts";
import { createLoad } from "../state/load.ts";
import { showToast } from "../state/toasts.ts";
import { accountTexts } from "../texts/account-texts.ts";
import "./account.css";

const words = accountTexts.encryption;

/** Decides, before a conversation's first message, whether the server may read it. */
export function EncryptToggle(props: { conversation: Conversation }): JSX.Element {
  const { okcvm, showSettings } = useApp();
  const { encryption } = okcvm.sync;
  const state = createLoad(
    () => props.conversation.id,
    () => encryption.state(),
  );
  const on = (): boolean => props.conversation.encrypted ?? state.value()?.encryptNew ?? false;
  const toggle = async (): Promise<void> => {
    try {
      // Asked anew: it may have been unlocked meanwhile.
      if (!(await encryption.state()).ready) {
        showToast({ text: words.notReady });
        showSettings("account");
        return;
      }
      await encryption.choose(props.conversation.id, !on());
    } catch (error) {
      showToast({ text: toErrorValue(error).message, tone: "danger" });
    }
  };
  return (
    <button
      type="button"
      class="encrypt-toggle"
      classList={{ "is-on": on() }}
      title={on() ? words.hintOn : words.hintOff}
      onClick={() => void toggle()}
    >
      <Show when={on()} fallback={<LockOpen size={15} />}>
        <Lock size={15} />
      </Show>
      <span>{on() ? words.on : words.off}</span>
    </button>
  );
}
