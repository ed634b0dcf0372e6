import { createMemo, createSignal, Match, Show, Switch, type JSX } from "solid-js";

import type { Deployment } from "../../domain/deployment.ts";
import { titleFrom } from "../../domain/conversation.ts";
import type { PublicSite } from "../../domain/public-site.ts";
import { AccountSwitch } from "../account/account-switch.tsx";
import { createAction, type Action } from "../account/action.ts";
import { createConfirm } from "../account/confirm.tsx";
import { LinkBox } from "../account/link-box.tsx";
import { NeedsAccount } from "../account/needs-account.tsx";
import { Dialog } from "../parts/dialog.tsx";
import { PaneState, Skeleton } from "../parts/pane-state.tsx";
import { Problem } from "../parts/problem.tsx";
import { useApp } from "../state/app-context.ts";
import { createLoad } from "../state/load.ts";
import { showToast } from "../state/toasts.ts";
import { previewTexts } from "../texts/preview-texts.ts";
import { t } from "../texts/texts.ts";
import { PublicVersions } from "./public-versions.tsx";
import { SendSite } from "./send-site.tsx";
import { webUrl } from "./preview-bar.tsx";
import "../account/account.css";
import "../share/share.css";

const words = previewTexts.public;

/** Makes a site one that anyone may see, and says how it stands. */
export function PublicDialog(props: { deployment: Deployment; onClose: () => void }): JSX.Element {
  const { sync } = useApp();
  const [site, setSite] = createSignal<PublicSite | null>(null);
  const name = (): string => titleFrom(props.deployment.title);
  return (
    <Dialog
      class="share-dialog"
      title={site() ? words.titleIs(name()) : words.title(name())}
      onClose={() => props.onClose()}
    >
      <div class="account-dialog" tabindex={-1} autofocus>
        <AccountSwitch>
          <Match when={sync.account() === null}>
            <NeedsAccount text={words.noAccount} action={words.toAccount} onLeave={() => props.onClose()} />
          </Match>
          <Match when={sync.signedOut()}>
            <NeedsAccount text={[words.signedOut]} action={words.toSignIn} onLeave={() => props.onClose()} />
          </Match>
          <Match when={sync.account()}>
            <Loaded deployment={props.deployment} site={site()} onSite={setSite} />
          </Match>
        </AccountSwitch>
      </div>
    </Dialog>
  );
}

function Loaded(props: {
  deployment: Deployment;
  site: PublicSite | null;
  onSite: (site: PublicSite | null) => void;
}): JSX.Element {
  const { sites } = useApp().okcvm.sync;
  const { conversationId } = props.deployment;
  const load = createLoad(
    () => conversationId,
    async (id) => {
      const found = (await sites.list(id)).at(-1) ?? null;
      props.onSite(found);
      return { found };
    },
  );
  return (
    <Switch fallback={<Skeleton label={words.loading} lines={4} />}>
      <Match when={load.value() && props.site}>
        {(site) => (
          <Public
            deployment={props.deployment}
            site={site()}
            onSite={(next) => props.onSite(next)}
            onChanged={load.reload}
          />
        )}
      </Match>
      <Match when={load.value()}>
        <div class="stack">
          <div class="account-about">
            <p>{words.about[0]}</p>
          </div>
          <SendSite
            deployment={props.deployment}
            label={words.publish}
            onSent={(site) => props.onSite(site)}
          />
        </div>
      </Match>
      <Match when={load.error()}>
        {(error) => (
          <PaneState
            alert
            text={error().code === "unreachable" ? words.offline : error().message}
            action={error().code === "not-supported" ? undefined : { label: t.retry, run: load.reload }}
          />
        )}
      </Match>
    </Switch>
  );
}

function Public(props: {
  deployment: Deployment;
  site: PublicSite;
  onSite: (site: PublicSite | null) => void;
  onChanged: () => void;
}): JSX.Element {
  const { sites } = useApp().okcvm.sync;
  const changing = createAction();
  const shown = createMemo(() => props.site.versions.find(({ version }) => version === props.site.active));
  const isNew = (): boolean =>
    props.site.versions.every(({ deploymentId }) => deploymentId !== props.deployment.id);
  const show = async (version: number | null): Promise<void> => {
    if (!(await changing.run(() => sites.show(props.site.id, version)))) return;
    showToast({ text: version === null ? words.isHidden : words.done });
    props.onChanged();
  };
  return (
    <div class="stack wide-gap">
      <Show
        when={shown()}
        fallback={
          <p class="status" data-tone="warning">
            {words.hidden}
          </p>
        }
      >
        <Address url={props.site.url} />
      </Show>
      <Show when={isNew()}>
        <div class="stack account-close">
          <p class="small">{words.newer}</p>
          <SendSite
            deployment={props.deployment}
            label={words.another}
            onSent={(site) => props.onSite(site)}
          />
        </div>
      </Show>
      <PublicVersions
        site={props.site}
        previewed={props.deployment.id}
        busy={changing.busy()}
        onShow={(version) => void show(version)}
      />
      <Problem text={changing.problem()} />
      <Ends
        siteId={props.site.id}
        changing={changing}
        onHide={shown() ? () => void show(null) : undefined}
        onRemoved={() => props.onSite(null)}
      />
    </div>
  );
}

function Address(props: { url: string }): JSX.Element {
  return (
    <LinkBox
      url={props.url}
      words={words}
      limit={
        <div>
          <a class="button" href={webUrl(props.url)} target="_blank" rel="noopener noreferrer">
            {words.openSite}
          </a>
        </div>
      }
    />
  );
}

/** Takes it back, or deletes it. */
function Ends(props: {
  siteId: string;
  changing: Action;
  onHide: (() => void) | undefined;
  onRemoved: () => void;
}): JSX.Element {
  const { sites } = useApp().okcvm.sync;
  const { confirm, Slot } = createConfirm();
  const remove = async (): Promise<void> => {
    const question = { title: words.removeTitle, text: words.removeText, confirm: words.remove };
    if (!(await confirm({ ...question, danger: true }))) return;
    if (!(await props.changing.run(() => sites.remove(props.siteId)))) return;
    showToast({ text: words.removed });
    props.onRemoved();
  };
  return (
    <div class="choice-buttons">
      <Show when={props.onHide}>
        {(hide) => (
          <button type="button" class="button" disabled={props.changing.busy()} onClick={() => hide()()}>
            {words.hide}
          </button>
        )}
      </Show>
      <button
        type="button"
        class="button danger"
        disabled={props.changing.busy()}
        onClick={() => void remove()}
      >
        {words.remove}
      </button>
      <Slot />
    </div>
  );
}
