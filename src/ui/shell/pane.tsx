import FolderOpen from "lucide-solid/icons/folder-open";
import Globe from "lucide-solid/icons/globe";
import RotateCcwClock from "lucide-solid/icons/rotate-ccw-clock";
import ScrollText from "lucide-solid/icons/scroll-text";
import X from "lucide-solid/icons/x";
import { lazy, Match, Show, Suspense, Switch, type JSX } from "solid-js";

import { IconButton } from "../parts/icon-button.tsx";
import { Skeleton } from "../parts/pane-state.tsx";
import { TabList, type TabItem } from "../parts/tab-list.tsx";
import { useApp } from "../state/app-context.ts";
import type { PaneTab } from "../state/layout.ts";
import { t } from "../texts/texts.ts";

const FilesPane = lazy(async () => ({ default: (await import("../files/files-pane.tsx")).FilesPane }));
const PreviewPane = lazy(async () => ({
  default: (await import("../preview/preview-pane.tsx")).PreviewPane,
}));
const TimelinePane = lazy(async () => ({
  default: (await import("../timeline/timeline-pane.tsx")).TimelinePane,
}));
const LogPane = lazy(async () => ({ default: (await import("../log/log-pane.tsx")).LogPane }));

const TABS: TabItem<PaneTab>[] = [
  { id: "files", label: t.shell.tabs.files, icon: () => <FolderOpen size={15} /> },
  { id: "preview", label: t.shell.tabs.preview, icon: () => <Globe size={15} /> },
  { id: "timeline", label: t.shell.tabs.timeline, icon: () => <RotateCcwClock size={15} /> },
  { id: "log", label: t.shell.tabs.log, icon: () => <ScrollText size={15} /> },
];

/** The agent's computer: its files, its sites, what it did. */
export function Pane(): JSX.Element {
  const app = useApp();
  const { layout } = app;
  const narrow = (): boolean => layout.width() === "narrow";
  return (
    <aside class="pane" aria-label={t.shell.computer}>
      <Show when={!narrow()}>
        <header class="pane-head">
          <TabList
            label={t.shell.computer}
            prefix="pane"
            tabs={TABS}
            selected={layout.paneTab()}
            onSelect={(tab) => layout.showPane(tab)}
          />
          <span class="grow" />
          <IconButton label={t.shell.closePane} onClick={() => layout.setPaneOpen(false)}>
            <X size={16} />
          </IconButton>
        </header>
      </Show>
      <div
        class="pane-body"
        role={narrow() ? undefined : "tabpanel"}
        id={`pane-${layout.paneTab()}-panel`}
        aria-labelledby={narrow() ? undefined : `pane-${layout.paneTab()}-tab`}
      >
        <Show when={app.session()} keyed fallback={<Skeleton label={t.loading} />}>
          {(session) => (
            <Suspense fallback={<Skeleton label={t.loading} />}>
              <Switch>
                <Match when={layout.paneTab() === "files"}>
                  <FilesPane session={session} />
                </Match>
                <Match when={layout.paneTab() === "preview"}>
                  <PreviewPane session={session} />
                </Match>
                <Match when={layout.paneTab() === "timeline"}>
                  <TimelinePane session={session} />
                </Match>
                <Match when={layout.paneTab() === "log"}>
                  <LogPane session={session} />
                </Match>
              </Switch>
            </Suspense>
          )}
        </Show>
      </div>
    </aside>
  );
}
