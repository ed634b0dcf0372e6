import ArrowUp from "lucide-solid/icons/arrow-up";
import Paperclip from "lucide-solid/icons/paperclip";
import Square from "lucide-solid/icons/square";
import { createEffect, createSignal, on, onCleanup, onMount, Show, type Accessor, type JSX } from "solid-js";

import type { Session, Uploaded } from "../../vm/api.ts";
import { EncryptSlot } from "../account/account-slots.tsx";
import { IconButton } from "../parts/icon-button.tsx";
import { useApp } from "../state/app-context.ts";
import { readDraft, readDraftFiles, writeDraft, writeDraftFiles } from "../state/drafts.ts";
import { offeredDraft } from "../state/draft-to-use.ts";
import type { SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";
import { AttachmentChips } from "./attachment-chips.tsx";
import { createAttachments, type Attachments } from "./attachments.ts";
import { DropTarget } from "./drop-target.tsx";

/** Where a message is written. Enter sends, Shift+Enter breaks the line, Escape stops the agent. */
export function Composer(props: { session: SessionState }): JSX.Element {
  const app = useApp();
  const id = props.session.session.id;
  const [text, setText] = createSignal(readDraft(id));
  const attachments = createAttachments(props.session.session);
  const [sending, setSending] = createSignal(false);
  // What is being sent stays the draft until the message is kept.
  createEffect(() => !sending() && writeDraft(id, text()));
  void restoreFiles(props.session.session, attachments);
  createEffect(
    on(
      () => (sending() ? null : attachments.list().flatMap((one) => one.uploaded ?? [])),
      (files) => files && writeDraftFiles(id, files),
      { defer: true },
    ),
  );
  createEffect(on(offeredDraft, (offer) => offer && setText(offer.text), { defer: true }));
  const usable = (): boolean => app.canSend() && !props.session.closed() && !app.deleted();
  const ready = (): boolean =>
    usable() &&
    !attachments.busy() &&
    (text().trim() !== "" || attachments.list().some((file) => file.uploaded));
  const send = (): void => {
    if (!ready() || props.session.running()) return;
    setSending(true);
    void sendMessage({ session: props.session, attachments, text, setText }).finally(() => setSending(false));
  };
  return (
    <section class="composer" aria-label={t.composer.region}>
      <DropTarget onFiles={(files) => attachments.add(files)} disabled={!usable()} />
      <Notice />
      <div class="composer-box" classList={{ "is-off": !usable() }}>
        <AttachmentChips attachments={attachments} />
        <Field
          text={text()}
          onText={setText}
          onSend={send}
          onFiles={(files) => attachments.add(files)}
          session={props.session}
          disabled={!usable()}
        />
        <div class="composer-bar">
          <AttachButton onFiles={(files) => attachments.add(files)} disabled={!usable()} />
          <EncryptSlot empty={props.session.messages()?.length === 0} />
          <span class="grow small quiet composer-hint">
            {attachments.busy() ? t.composer.waitForFiles : t.composer.hint}
          </span>
          <SendButton session={props.session} ready={ready()} onSend={send} />
        </div>
      </div>
    </section>
  );
}

interface Sending {
  session: SessionState;
  attachments: Attachments;
  text: Accessor<string>;
  setText: (text: string) => void;
}

async function sendMessage({ session, attachments, text, setText }: Sending): Promise<void> {
  const sent = text();
  const uploaded = attachments.take();
  setText("");
  if (await session.send(sent.trim(), uploaded)) return;
  // Refused before anything was kept: nothing the person made may be lost, nor what was typed meanwhile.
  setText(text() === "" ? sent : `${sent}\n${text()}`);
  attachments.putBack(uploaded);
}

/** Puts back the files a draft had, those that are still in the workspace. */
async function restoreFiles(session: Session, attachments: Attachments): Promise<void> {
  const kept: Uploaded[] = [];
  for (const file of readDraftFiles(session.id)) {
    if (await session.workspace.stat(file.path).catch(() => null)) kept.push(file);
  }
  if (kept.length > 0) attachments.putBack(kept);
}

function Notice(): JSX.Element {
  const app = useApp();
  return (
    <Show when={app.settings()}>
      {(settings) => (
        <>
          <Show when={!app.canSend()}>
            <div class="composer-notice">
              <span class="grow">{t.composer.noModel}</span>
              <button type="button" class="text-button" onClick={() => app.showSettings("models")}>
                {t.composer.connect}
              </button>
            </div>
          </Show>
          <Show when={settings().demo}>
            <div class="composer-notice">
              <span class="grow">{t.composer.demo}</span>
              <button type="button" class="text-button" onClick={() => app.showSettings("models")}>
                {t.composer.connect}
              </button>
            </div>
          </Show>
        </>
      )}
    </Show>
  );
}

function Field(props: {
  text: string;
  onText: (text: string) => void;
  onSend: () => void;
  onFiles: (files: File[]) => void;
  session: SessionState;
  disabled: boolean;
}): JSX.Element {
  const app = useApp();
  let field!: HTMLTextAreaElement;
  const fit = (): void => {
    field.style.height = "auto";
    field.style.height = `${Math.min(field.scrollHeight, window.innerHeight * 0.4)}px`;
  };
  onMount(() => {
    const focus = (): void => field.focus();
    app.composer.focus = focus;
    // On a phone the focus would raise the keyboard over what is to be read.
    if (app.layout.width() !== "narrow") focus();
    onCleanup(() => {
      if (app.composer.focus === focus) app.composer.focus = () => undefined;
    });
    createEffect(on(() => props.text, fit));
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    // Enter that ends an input method's word is not a message; Safari tells it by the key code alone.
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      props.onSend();
    } else if (event.key === "Escape" && props.session.running()) {
      event.preventDefault();
      props.session.stop();
    }
  };
  const onPaste = (event: ClipboardEvent): void => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    props.onFiles(files);
  };
  return (
    <textarea
      ref={(element) => (field = element)}
      rows={1}
      aria-label={t.composer.label}
      placeholder={props.session.running() ? t.composer.placeholderRunning : t.composer.placeholder}
      value={props.text}
      disabled={props.disabled}
      onInput={(event) => props.onText(event.currentTarget.value)}
      onKeyDown={onKeyDown}
      onPaste={onPaste}
    />
  );
}

function AttachButton(props: { onFiles: (files: File[]) => void; disabled: boolean }): JSX.Element {
  let picker!: HTMLInputElement;
  const onPick = (): void => {
    props.onFiles([...(picker.files ?? [])]);
    // Picking the same file again must count as a change.
    picker.value = "";
  };
  return (
    <>
      <input ref={(element) => (picker = element)} type="file" multiple hidden onChange={onPick} />
      <IconButton label={t.composer.attach} disabled={props.disabled} onClick={() => picker.click()}>
        <Paperclip size={17} />
      </IconButton>
    </>
  );
}

function SendButton(props: { session: SessionState; ready: boolean; onSend: () => void }): JSX.Element {
  return (
    <button
      type="button"
      class="send"
      classList={{ "is-stop": props.session.running() }}
      disabled={!props.session.running() && !props.ready}
      aria-label={props.session.running() ? t.composer.stop : t.chat.send}
      title={props.session.running() ? t.composer.stop : t.chat.send}
      onClick={() => (props.session.running() ? props.session.stop() : props.onSend())}
    >
      <Show when={props.session.running()} fallback={<ArrowUp size={18} />}>
        <Square size={13} fill="currentColor" />
      </Show>
    </button>
  );
}
