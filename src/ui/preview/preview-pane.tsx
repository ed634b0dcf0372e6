import Globe from "lucide-solid/icons/globe";
import { createMemo, createSignal, lazy, Match, Show, Suspense, Switch, type JSX } from "solid-js";

import type { Deployment } from "../../domain/deployment.ts";
import type { RunningServer } from "../../domain/running-server.ts";
import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { createLoad } from "../state/load.ts";
import { serverKey, type SessionState } from "../state/session-state.ts";
import { previewTexts } from "../texts/preview-texts.ts";
import { t } from "../texts/texts.ts";
import { PageErrors } from "./page-errors.tsx";
import { PreviewBar, webUrl, type Page } from "./preview-bar.tsx";

const PublicDialog = lazy(async () => ({ default: (await import("./public-dialog.tsx")).PublicDialog }));

/** The published sites of a conversation and the servers it runs, one at a time. */
export function PreviewPane(props: { session: SessionState }): JSX.Element {
  const server = createMemo(() =>
    props.session.engine().servers.find((one) => serverKey(one) === props.session.shownPreview()),
  );
  const site = createMemo(() =>
    props.session.deployments()?.find((one) => one.id === props.session.shownPreview()),
  );
  // Another server on the same port is another page; an error in one's page is not.
  const serverUrl = createMemo(() => server()?.url);
  return (
    <Show when={props.session.deployments()} fallback={<Skeleton label={t.loading} />}>
      <Switch
        fallback={
          <PaneState icon={<Globe size={22} />} title={previewTexts.emptyTitle} text={previewTexts.empty} />
        }
      >
        <Match when={serverUrl()} keyed>
          <Show when={server()}>{(one) => <Server server={one()} session={props.session} />}</Show>
        </Match>
        <Match when={site()?.id} keyed>
          {(id) => <Site id={id} session={props.session} />}
        </Match>
      </Switch>
    </Show>
  );
}

function Server(props: { server: RunningServer; session: SessionState }): JSX.Element {
  const [round, setRound] = createSignal(1);
  const page = (): Page => ({ title: previewTexts.server(props.server.port), url: props.server.url });
  return (
    <div class="preview">
      <PreviewBar page={page()} session={props.session} onReload={() => setRound((number) => number + 1)} />
      <PageErrors server={props.server} session={props.session} />
      <Show when={round()} keyed>
        {(number) => <Frame page={page()} round={number} />}
      </Show>
    </div>
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
  const listed = (): Deployment | undefined =>
    props.session.deployments()?.find((one) => one.id === props.id);
  const [sharing, setSharing] = createSignal<Deployment | null>(null);
  return (
    <div class="preview">
      <PreviewBar
        page={listed()}
        session={props.session}
        onReload={() => setRound((number) => number + 1)}
        onPublic={() => setSharing(listed() ?? null)}
      />
      <Suspense>
        <Show when={sharing()} keyed>
          {(deployment) => <PublicDialog deployment={deployment} onClose={() => setSharing(null)} />}
        </Show>
      </Suspense>
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
        <Show when={record()} fallback={<Skeleton label={previewTexts.loading} />}>
          {(site) => (
            <Show when={round()} keyed>
              {(number) => <Frame page={site()} round={number} />}
            </Show>
          )}
        </Show>
      </Show>
    </div>
  );
}

function Frame(props: { page: Page; round: number }): JSX.Element {
  const [loaded, setLoaded] = createSignal(false);
  return (
    <div class="preview-frame" aria-busy={!loaded()}>
      <Show when={!loaded()}>
        <div class="preview-loading">
          <Skeleton label={previewTexts.loading} />
        </div>
      </Show>
      <iframe
        data-round={props.round}
        title={previewTexts.frame(props.page.title)}
        // It is another origin; same-origin gives it its own storage, not this page's.
        sandbox="allow-scripts allow-same-origin allow-forms allow-modals allow-popups allow-downloads"
        allow="cross-origin-isolated"
        referrerpolicy="no-referrer"
        src={webUrl(props.page.url)}
        onLoad={() => setLoaded(true)}
      />
    </div>
  );
}
