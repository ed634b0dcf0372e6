import { Match, Switch, type JSX } from "solid-js";

import { Dialog } from "../parts/dialog.tsx";
import { TabList, type TabItem } from "../parts/tab-list.tsx";
import { useApp } from "../state/app-context.ts";
import type { SettingsTab } from "../state/app-state.ts";
import { t } from "../texts/texts.ts";
import { AboutPanel } from "./about-panel.tsx";
import { AgentPanel } from "./agent-panel.tsx";
import { AppearancePanel } from "./appearance-panel.tsx";
import { EnginePanel } from "./engine-panel.tsx";
import { ModelsPanel } from "./models-panel.tsx";
import { StoragePanel } from "./storage-panel.tsx";
import { ToolsPanel } from "./tools-panel.tsx";

const TABS: TabItem<SettingsTab>[] = [
  { id: "models", label: t.settings.tabs.models },
  { id: "agent", label: t.settings.tabs.agent },
  { id: "tools", label: t.settings.tabs.tools },
  { id: "engine", label: t.settings.tabs.engine },
  { id: "storage", label: t.settings.tabs.storage },
  { id: "appearance", label: t.settings.tabs.appearance },
  { id: "about", label: t.settings.tabs.about },
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
