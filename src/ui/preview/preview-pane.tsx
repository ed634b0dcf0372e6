import ExternalLink from "lucide-solid/icons/external-link";
import Globe from "lucide-solid/icons/globe";
import RotateCw from "lucide-solid/icons/rotate-cw";
import { createMemo, createSignal, For, Show, type JSX } from "solid-js";

import type { Deployment } from "../../domain/deployment.ts";
import { formatExact, formatRelative } from "../format/time.ts";
import { CopyButton } from "../parts/copy-button.tsx";
import { IconButton } from "../parts/icon-button.tsx";
import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { createLoad } from "../state/load.ts";
import type { SessionState } from "../state/session-state.ts";
import { t } from "../texts/texts.ts";

/** The published sites of a conversation, one at a time. */
export function PreviewPane(props: { session: SessionState }): JSX.Element {
  const shown = createMemo(() => {
    const id = props.session.shownDeployment();
    return props.session.deployments()?.find((one) => one.id === id);
  });
  return (
    <Show when={props.session.deployments()} fallback={<Skeleton label={t.loading} />}>
      <Show
        when={shown()?.id}
        keyed
        fallback={
          <PaneState icon={<Globe size={22} />} title={t.preview.emptyTitle} text={t.preview.empty} />
        }
      >
        {(id) => <Site id={id} session={props.session} />}
      </Show>
    </Show>
  );
}

function Site(props: { id: string; session: SessionState }): JSX.Element {
  const served = createLoad(
    () => props.id,
    (id) => props.session.session.ensureServed(id),
  );
  // A new number makes a new frame: a page of another origin cannot be told to reload.
  const [round, setRound] = createSignal(1);
  const record = (): Deployment | undefined => (served.error() ? undefined : served.value());
  return (
    <div class="preview">
      <PreviewBar id={props.id} session={props.session} onReload={() => setRound((number) => number + 1)} />
      <Show
        when={!served.error()}
        fallback={
          <PaneState
            alert
            text={served.error()?.message ?? ""}
            action={{ label: t.retry, run: served.reload }}
          />
        }
      >
        <Show when={record()} fallback={<Skeleton label={t.preview.loading} />}>
          {(site) => (
            <Show when={round()} keyed>
              {(number) => <Frame site={site()} round={number} />}
            </Show>
          )}
        </Show>
      </Show>
    </div>
  );
}

function Frame(props: { site: Deployment; round: number }): JSX.Element {
  const [loaded, setLoaded] = createSignal(false);
  return (
    <div class="preview-frame" aria-busy={!loaded()}>
      <Show when={!loaded()}>
        <div class="preview-loading">
          <Skeleton label={t.preview.loading} />
        </div>
      </Show>
      <iframe
        data-round={props.round}
        title={t.preview.frame(props.site.title)}
        // The site is another origin; same-origin gives it its own storage, not this page's.
        sandbox="allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-downloads"
        allow="cross-origin-isolated"
        referrerpolicy="no-referrer"
        src={webUrl(props.site.url)}
        onLoad={() => setLoaded(true)}
      />
    </div>
  );
}

/** A record's address goes into a frame only when it is a web page of another origin than this one. */
function webUrl(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  const web = parsed?.protocol === "https:" || parsed?.protocol === "http:";
  return parsed && web && parsed.origin !== location.origin ? parsed.href : "about:blank";
}

function PreviewBar(props: { id: string; session: SessionState; onReload: () => void }): JSX.Element {
  const list = (): Deployment[] => props.session.deployments() ?? [];
  const site = (): Deployment | undefined => list().find((one) => one.id === props.id);
  const now = Date.now();
  return (
    <header class="preview-bar">
      <select
        class="input preview-select"
        aria-label={t.preview.choose}
        title={site() ? formatExact(site()?.createdAt ?? 0) : undefined}
        value={props.id}
        onChange={(event) => props.session.showDeployment(event.currentTarget.value)}
      >
        <For each={list()}>
          {(one) => (
            <option value={one.id} selected={one.id === props.id}>
              {t.preview.option(one.title, formatRelative(one.createdAt, now))}
            </option>
          )}
        </For>
      </select>
      <div class="preview-address">
        <span class="cut grow" title={site()?.url}>
          {site()?.url.replace(/^https?:\/\//, "")}
        </span>
        <CopyButton label={t.preview.copy} text={() => site()?.url ?? ""} />
      </div>
      <IconButton label={t.preview.reload} onClick={() => props.onReload()}>
        <RotateCw size={15} />
      </IconButton>
      <a
        class="icon-button"
        href={webUrl(site()?.url ?? "")}
        target="_blank"
        rel="noopener noreferrer"
        aria-label={t.preview.openTab}
        title={t.preview.openTab}
      >
        <ExternalLink size={15} />
      </a>
    </header>
  );
}
