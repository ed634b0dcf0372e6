import { createEffect, createSignal, on, Show, type Accessor, type JSX } from "solid-js";

import { Problem } from "../parts/problem.tsx";
import { useApp } from "../state/app-context.ts";
import { createNow } from "../state/clock.ts";
import { accountTexts } from "../texts/account-texts.ts";
import { countdownWords, linkEnd } from "./account-words.ts";
import { createAction, type Action } from "./action.ts";
import { LinkBox } from "./link-box.tsx";

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
          <PairingBox
            link={shown()}
            now={now()}
            failed={making.problem() !== null}
            onAnother={make}
            onHide={() => props.setOpen(false)}
          />
        )}
      </Show>
      <Problem text={making.problem()} />
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

function PairingBox(props: {
  link: ShownLink;
  now: number;
  failed: boolean;
  onAnother: () => void;
  onHide: () => void;
}): JSX.Element {
  const words = accountTexts.pair;
  const limit = (
    <p class="small numbers">
      <span aria-hidden="true">{countdownWords(props.link.endsAt, props.now)}</span>
      <span class="hidden-label">{words.limit}</span>
    </p>
  );
  return (
    <LinkBox
      url={props.link.url}
      words={words}
      limit={limit}
      ended={props.link.endsAt <= props.now ? words.renewing : undefined}
    >
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
    </LinkBox>
  );
}
