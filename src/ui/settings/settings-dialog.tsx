import { lazy, Match, Suspense, Switch, type JSX } from "solid-js";

import { Dialog } from "../parts/dialog.tsx";
import { Skeleton } from "../parts/pane-state.tsx";
import { TabList, type TabItem } from "../parts/tab-list.tsx";
import { useApp } from "../state/app-context.ts";
import type { SettingsTab } from "../state/app-state.ts";
import { settingsTexts } from "../texts/settings-texts.ts";
import { t } from "../texts/texts.ts";
import { AboutPanel } from "./about-panel.tsx";
import { AgentPanel } from "./agent-panel.tsx";
import { AppearancePanel } from "./appearance-panel.tsx";
import { EnginePanel } from "./engine-panel.tsx";
import { ModelsPanel } from "./models-panel.tsx";
import { StoragePanel } from "./storage-panel.tsx";
import { ToolsPanel } from "./tools-panel.tsx";

const AccountPanel = lazy(async () => ({
  default: (await import("../account/account-panel.tsx")).AccountPanel,
}));

const TABS: TabItem<SettingsTab>[] = [
  { id: "models", label: settingsTexts.tabs.models },
  { id: "account", label: settingsTexts.tabs.account },
  { id: "agent", label: settingsTexts.tabs.agent },
  { id: "tools", label: settingsTexts.tabs.tools },
  { id: "engine", label: settingsTexts.tabs.engine },
  { id: "storage", label: settingsTexts.tabs.storage },
  { id: "appearance", label: settingsTexts.tabs.appearance },
  { id: "about", label: settingsTexts.tabs.about },
];

/** Settings: each control saves by itself and says so. */
export function SettingsDialog(): JSX.Element {
  const app = useApp();
  const tab = (): SettingsTab => app.settingsTab() ?? "models";
  return (
    <Dialog title={t.settings.title} class="settings" onClose={() => app.showSettings(null)}>
      <div class="settings-body">
        <TabList
          label={t.settings.title}
          prefix="settings"
          class="settings-tabs"
          vertical={app.layout.width() !== "narrow"}
          tabs={TABS}
          selected={tab()}
          onSelect={(id) => app.showSettings(id)}
        />
        <div
          class="settings-panel"
          role="tabpanel"
          tabindex={0}
          id={`settings-${tab()}-panel`}
          aria-labelledby={`settings-${tab()}-tab`}
        >
          <Switch>
            <Match when={tab() === "models"}>
              <ModelsPanel />
            </Match>
            <Match when={tab() === "account"}>
              <Suspense fallback={<Skeleton label={t.loading} />}>
                <AccountPanel />
              </Suspense>
            </Match>
            <Match when={tab() === "agent"}>
              <AgentPanel />
            </Match>
            <Match when={tab() === "tools"}>
              <ToolsPanel />
            </Match>
            <Match when={tab() === "engine"}>
              <EnginePanel />
            </Match>
            <Match when={tab() === "storage"}>
              <StoragePanel />
            </Match>
            <Match when={tab() === "appearance"}>
              <AppearancePanel />
            </Match>
            <Match when={tab() === "about"}>
              <AboutPanel />
            </Match>
          </Switch>
        </div>
      </div>
    </Dialog>
  );
}
