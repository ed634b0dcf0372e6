import { createEffect, createSignal, on, onMount, Show, type Accessor, type JSX } from "solid-js";

import { CopyButton } from "../parts/copy-button.tsx";
import { Skeleton } from "../parts/pane-state.tsx";
import { useApp } from "../state/app-context.ts";
import { createNow } from "../state/clock.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { countdownWords, isOfThisMachine, linkEnd } from "./account-words.ts";
import { createAction, type Action } from "./action.ts";
import { QrCode } from "./qr-code.tsx";

interface ShownLink {
  url: string;
  /** By this browser's clock. */
  endsAt: number;
}

/** A link that lets another browser in, once; another one takes its place when it has ended. */
export function AddBrowser(props: { open: boolean; setOpen: (open: boolean) => void }): JSX.Element {
  const { link, making, make, now } = createPairingLink(props);
  let button: HTMLButtonElement | undefined;
  createEffect(
    on(
      () => props.open,
      (open) => {
        // What had the focus is gone with the link.
        if (!open) queueMicrotask(() => document.activeElement === document.body && button?.focus());
      },
      { defer: true },
    ),
  );
  return (
    <div class="stack account-close">
      <Show
        when={props.open && link()}
        fallback={
          <div>
            <button
              ref={(element) => (button = element)}
              type="button"
              class="button"
              disabled={making.busy()}
              onClick={make}
            >
              {making.busy() ? accountTexts.pair.making : accountTexts.pair.add}
            </button>
          </div>
        }
      >
        {(shown) => (
          <LinkBox
            link={shown()}
            now={now()}
            failed={making.problem() !== null}
            onAnother={make}
            onHide={() => props.setOpen(false)}
          />
        )}
      </Show>
      <Show when={making.problem()}>
        {(words) => (
          <p class="problem" role="alert">
            {words()}
          </p>
        )}
      </Show>
    </div>
  );
}

interface LinkState {
  link: Accessor<ShownLink | null>;
  making: Action;
  make: () => void;
  now: Accessor<number>;
}

function createPairingLink(props: { open: boolean; setOpen: (open: boolean) => void }): LinkState {
  const { sync } = useApp().okcvm;
  const [link, setLink] = createSignal<ShownLink | null>(null);
  const making = createAction();
  const make = (): void =>
    void making.run(async () => {
      const { url, expiresAt } = await sync.pairingLink();
      setLink({ url, endsAt: linkEnd(expiresAt, Date.now()) });
      props.setOpen(true);
    });
  const now = createNow(1_000, () => props.open);
  createEffect(
    on(now, (at) => {
      const hasEnded = (link()?.endsAt ?? Infinity) <= at;
      // A page nobody looks at makes none; after a failed attempt the person says when.
      if (props.open && hasEnded && !document.hidden && making.problem() === null) make();
    }),
  );
  return { link, making, make, now };
}

function LinkBox(props: {
  link: ShownLink;
  now: number;
  failed: boolean;
  onAnother: () => void;
  onHide: () => void;
}): JSX.Element {
  const words = accountTexts.pair;
  const ended = (): boolean => props.link.endsAt <= props.now;
  let field!: HTMLInputElement;
  onMount(() => {
    field.focus({ preventScroll: true });
    field.closest(".pairing")?.scrollIntoView({ block: "nearest" });
  });
  return (
    <div class="pairing" data-ended={ended()}>
      <Show
        when={!ended()}
        fallback={
          <div class="qr-code">
            <Skeleton label={words.renewing} />
          </div>
        }
      >
        <QrCode text={props.link.url} label={words.code} />
      </Show>
      <div class="stack account-close">
        <p class="small">{words.text}</p>
        <div class="row">
          <input
            ref={(element) => (field = element)}
            class="input mono"
            readonly
            aria-label={words.link}
            value={props.link.url}
            onFocus={(event) => event.currentTarget.select()}
          />
          <CopyButton label={words.copy} text={() => props.link.url} />
        </div>
        <p class="small numbers">
          <span aria-hidden="true">{countdownWords(props.link.endsAt, props.now)}</span>
          <span class="hidden-label">{words.limit}</span>
        </p>
        <Show when={isOfThisMachine(new URL(props.link.url).hostname)}>
          <p class="small quiet">{words.localOnly}</p>
        </Show>
        <div class="row">
          <Show when={props.failed}>
            <button type="button" class="button" onClick={() => props.onAnother()}>
              {words.another}
            </button>
          </Show>
          <button type="button" class="button" onClick={() => props.onHide()}>
            {words.hide}
          </button>
        </div>
      </div>
    </div>
  );
}
