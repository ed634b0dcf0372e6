import LoaderCircle from "lucide-solid/icons/loader-circle";
import PanelLeft from "lucide-solid/icons/panel-left";
import PanelRight from "lucide-solid/icons/panel-right";
import Users from "lucide-solid/icons/users";
import WifiOff from "lucide-solid/icons/wifi-off";
import { createSignal, Show, type JSX } from "solid-js";

import type { SyncStatus } from "../../domain/sync-status.ts";
import { SyncSignSlot } from "../account/account-slots.tsx";
import { IconButton } from "../parts/icon-button.tsx";
import { useApp } from "../state/app-context.ts";
import { createOnline } from "../state/media.ts";
import { t } from "../texts/texts.ts";
import { NameField } from "./name-field.tsx";

/** Title, how the run and the engine stand, and the switches of the two sides. */
export function TopBar(): JSX.Element {
  const app = useApp();
  const { layout } = app;
  const online = createOnline();
  const sidebarShut = (): boolean => layout.width() !== "wide" || !layout.sidebarOpen();
  return (
    <header class="top-bar">
      <Show when={sidebarShut()}>
        <IconButton
          label={t.shell.showSidebar}
          expanded={layout.sidebarOpen()}
          onClick={() => layout.setSidebarOpen(!layout.sidebarOpen())}
        >
          <PanelLeft size={17} />
        </IconButton>
      </Show>
      <Title />
      <ShareButton />
      <span class="grow" />
      <Show
        when={sidebarShut() && app.sync.isOn() && (!online() || isAmiss(app.sync.calmStatus()))}
        fallback={
          <Show when={!online()}>
            <span class="badge warning" title={t.shell.offlineHint}>
              <WifiOff size={13} />
              {t.shell.offline}
            </span>
          </Show>
        }
      >
        <SyncSignSlot />
      </Show>
      <RunState />
      <Show when={layout.width() !== "narrow"}>
        <EngineBadge />
        <IconButton
          label={layout.paneOpen() ? t.shell.closePane : t.shell.openPane}
          pressed={layout.paneOpen()}
          onClick={() => layout.setPaneOpen(!layout.paneOpen())}
        >
          <PanelRight size={17} />
        </IconButton>
      </Show>
    </header>
  );
}

/** True when the account's data does not reach its server, which the conversations beside the chat say else. */
function isAmiss({ state }: SyncStatus): boolean {
  return state === "error" || state === "offline";
}

function Title(): JSX.Element {
  const app = useApp();
  const [editing, setEditing] = createSignal(false);
  const title = (): string => app.current()?.title || t.untitled;
  return (
    <h1 class="title">
      <Show when={app.current()} fallback={<span class="cut">{t.product}</span>}>
        {(conversation) => (
          <Show
            when={editing() && !app.deleted()}
            fallback={
              <button
                type="button"
                class="title-button cut"
                disabled={app.deleted() !== undefined}
                title={t.shell.rename(title())}
                onClick={() => setEditing(true)}
              >
                {title()}
              </button>
            }
          >
            <NameField
              value={conversation().title}
              label={t.shell.titleLabel}
              onDone={(name) => {
                setEditing(false);
                if (name !== null) void app.rename(conversation().id, name);
              }}
            />
          </Show>
        )}
      </Show>
    </h1>
  );
}

function ShareButton(): JSX.Element {
  const app = useApp();
  return (
    <Show when={!app.welcoming() && !app.deleted() && app.current()}>
      {(conversation) => (
        <IconButton
          label={t.shell.share}
          onClick={() => app.showShare({ mode: "people", conversation: conversation() })}
        >
          <Users size={16} />
        </IconButton>
      )}
    </Show>
  );
}

function RunState(): JSX.Element {
  const app = useApp();
  return (
    <Show when={app.session()?.running()}>
      <span class="run-state">
        <LoaderCircle class="spin" size={14} />
        <span class="run-state-words">
          {app.session()?.retry() ? t.shell.waitingToRetry : t.shell.working}
        </span>
      </span>
    </Show>
  );
}

function EngineBadge(): JSX.Element {
  const app = useApp();
  return (
    <Show when={app.session()?.engine()}>
      {(engine) => (
        <span class="engine" data-state={engine().state} title={t.shell.engineHint[engine().state]}>
          <i />
          <span class="cut">{t.shell.engine(engine().name, t.shell.engineState[engine().state])}</span>
        </span>
      )}
    </Show>
  );
}
