import { onMount, Show, type JSX } from "solid-js";

import { CopyButton } from "../parts/copy-button.tsx";
import { Skeleton } from "../parts/pane-state.tsx";
import { isOfThisMachine } from "./account-words.ts";
import { QrCode } from "./qr-code.tsx";

/** A link as a code to scan and as text to copy, which has the focus when it comes. */
export function LinkBox(props: {
  url: string;
  words: { code: string; text: string; link: string; copy: string; localOnly: string };
  /** How long it lasts. */
  limit: JSX.Element;
  /** What is said in the place of its code when the link has ended. */
  ended?: string | undefined;
  children?: JSX.Element;
}): JSX.Element {
  let field!: HTMLInputElement;
  onMount(() => {
    field.focus({ preventScroll: true });
    field.closest(".pairing")?.scrollIntoView({ block: "nearest" });
  });
  return (
    <div class="pairing">
      <Show when={props.ended} fallback={<QrCode text={props.url} label={props.words.code} />}>
        {(label) => (
          <div class="qr-code">
            <Skeleton label={label()} />
          </div>
        )}
      </Show>
      <div class="stack account-close">
        <p class="small">{props.words.text}</p>
        <div class="row">
          <input
            ref={(element) => (field = element)}
            class="input mono"
            readonly
            aria-label={props.words.link}
            value={props.url}
            onFocus={(event) => event.currentTarget.select()}
          />
          <CopyButton label={props.words.copy} text={() => props.url} />
        </div>
        {props.limit}
        <Show when={isOfThisMachine(new URL(props.url).hostname)}>
          <p class="small quiet">{props.words.localOnly}</p>
        </Show>
        {props.children}
      </div>
    </div>
  );
}
