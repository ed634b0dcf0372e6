import { lazy, Show, Suspense, type JSX } from "solid-js";

import { useApp } from "../state/app-context.ts";
import type { SharePart } from "./share-parts.tsx";

const View = lazy(async () => ({ default: (await import("./share-parts.tsx")).SharePartView }));

/** Draws a part of shared conversations; the code of all of them is loaded with the first. */
export function SharePartSlot(props: { part: SharePart }): JSX.Element {
  return (
    <Suspense>
      <View part={props.part} />
    </Suspense>
  );
}

/** Where the dialogs of shared conversations are drawn when one is open. */
export function ShareSlots(): JSX.Element {
  const app = useApp();
  return (
    <>
      <Show when={app.shareRequest()} keyed>
        {(request) => <SharePartSlot part={{ kind: "dialog", request }} />}
      </Show>
      <Show when={app.joining.link()} keyed>
        {(link) => <SharePartSlot part={{ kind: "join", link }} />}
      </Show>
    </>
  );
}

/** The composer's place: what a viewer reads there instead, and words above it to who is no member any more, or of what cannot be opened. */
export function ComposerPlace(props: {
  conversationId: string;
  running: boolean;
  children: JSX.Element;
}): JSX.Element {
  const { sync } = useApp();
  const role = (): string | undefined => sync.shared(props.conversationId)?.role;
  return (
    <>
      <Show when={role() === "none"}>
        <SharePartSlot part={{ kind: "no-longer" }} />
      </Show>
      <Show when={sync.unopened(props.conversationId) > 0}>
        <SharePartSlot part={{ kind: "unopened", count: sync.unopened(props.conversationId) }} />
      </Show>
      {/* A run that is under way can still be stopped. */}
      <Show
        when={role() !== "viewer" || props.running}
        fallback={<SharePartSlot part={{ kind: "read-only", conversationId: props.conversationId }} />}
      >
        {props.children}
      </Show>
    </>
  );
}
