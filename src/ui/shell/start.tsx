import type { JSX } from "solid-js";

import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { createMedia } from "../state/media.ts";
import { t } from "../texts/texts.ts";

/** The frame while the machine starts: everything where it will be, nothing to press yet. */
export function FrameSkeleton(): JSX.Element {
  const wide = createMedia("(min-width: 1100px)");
  return (
    <div class="frame" data-width={wide() ? "wide" : "narrow"}>
      {wide() ? <div class="sidebar" /> : null}
      <div class="stage">
        <header class="top-bar">
          <h1 class="title">{t.product}</h1>
        </header>
        <div class="columns">
          <main class="chat" aria-busy="true">
            <Skeleton label={t.starting} />
          </main>
        </div>
      </div>
    </div>
  );
}

/** The machine could not start. */
export function StartError(props: { message: string }): JSX.Element {
  return (
    <main class="start-error">
      <h1 class="hidden-label">{t.product}</h1>
      <PaneState
        alert
        title={t.startFailed}
        text={props.message}
        action={{ label: t.retry, run: () => location.reload() }}
      />
    </main>
  );
}
