import { createEffect, createSignal, lazy, onCleanup, onMount, Show, Suspense, type JSX } from "solid-js";

import { AccountSlots } from "../account/account-slots.tsx";
import { ChatView } from "../chat/chat-view.tsx";
import { DiskDialogSlot } from "../files/disk/disk-dialog-slot.tsx";
import { GitDialogSlot } from "../git/git-dialog-slot.tsx";
import { useApp } from "../state/app-context.ts";
import { ShareSlots } from "../share/share-slots.tsx";
import { searchInFiles } from "../state/search-request.ts";
import { t } from "../texts/texts.ts";
import { Divider } from "./divider.tsx";
import { MobileTabs } from "./mobile-tabs.tsx";
import { Pane } from "./pane.tsx";
import { RunAnnouncer } from "./run-announcer.tsx";
import { Sidebar } from "./sidebar.tsx";
import { Toasts } from "./toasts.tsx";
import { TopBar } from "./top-bar.tsx";
import { createTypeAhead } from "./type-ahead.ts";

const SettingsDialog = lazy(async () => ({
  default: (await import("../settings/settings-dialog.tsx")).SettingsDialog,
}));
const Palette = lazy(async () => ({ default: (await import("./palette.tsx")).Palette }));

/** The frame: conversations, chat, computer. */
export function App(): JSX.Element {
  const app = useApp();
  const { layout } = app;
  let main!: HTMLDivElement;
  listenForKeys();
  const chatShown = (): boolean => layout.width() !== "narrow" || layout.mobileTab() === "chat";
  const paneShown = (): boolean =>
    layout.width() === "narrow" ? layout.mobileTab() !== "chat" : layout.paneOpen() && !app.welcoming();
  createEffect(() => main.style.setProperty("--pane-share", String(layout.paneShare())));
  return (
    <div class="frame" data-width={layout.width()}>
      <Sidebar />
      <div class="stage">
        <TopBar />
        <div ref={(element) => (main = element)} class="columns">
          <main class="chat" hidden={!chatShown()} aria-label={t.shell.chat}>
            <ChatView />
          </main>
          <Show when={layout.width() === "wide" && paneShown()}>
            <Divider />
          </Show>
          <Show when={paneShown()}>
            <Pane />
          </Show>
        </div>
        <Show when={layout.width() === "narrow"}>
          <MobileTabs />
        </Show>
      </div>
      <Suspense>
        <Show when={app.settingsTab()}>
          <SettingsDialog />
        </Show>
      </Suspense>
      <Suspense>
        <PaletteSlot />
      </Suspense>
      <GitDialogSlot />
      <DiskDialogSlot />
      <AccountSlots />
      <ShareSlots />
      <RunAnnouncer />
      <Toasts />
    </div>
  );
}

/** Its code is loaded when it is first asked for, and nobody waits for that before typing. */
function PaletteSlot(): JSX.Element {
  const app = useApp();
  const [isThere, setThere] = createSignal(false);
  const typed = createTypeAhead(
    () => app.paletteOpen() && !isThere(),
    () => app.setPaletteOpen(false),
  );
  return (
    <Show when={app.paletteOpen()}>
      <Palette typed={typed} onThere={setThere} />
    </Show>
  );
}

function listenForKeys(): void {
  const app = useApp();
  const onKeyDown = (event: KeyboardEvent): void => {
    if (!(event.ctrlKey || event.metaKey) || event.altKey) return;
    const key = event.key.toLowerCase();
    if (event.shiftKey) {
      if (key !== "f" || !app.session()) return;
      event.preventDefault();
      searchInFiles(app.layout);
    } else if (key === "k") {
      event.preventDefault();
      app.setPaletteOpen(!app.paletteOpen());
    } else if (key === ",") {
      event.preventDefault();
      app.showSettings("models");
    }
  };
  onMount(() => document.addEventListener("keydown", onKeyDown));
  onCleanup(() => document.removeEventListener("keydown", onKeyDown));
}
