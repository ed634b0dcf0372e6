import { textOf } from "../../domain/message.ts";
import { hasCell } from "../../domain/notebook-cells.ts";
import { openDiskDialog } from "../files/disk/disk-dialog-state.ts";
import { openGitDialog } from "../git/git-dialog-state.ts";
import { copyText } from "../parts/copy.ts";
import type { AppState } from "../state/app-state.ts";
import { PANE_TABS } from "../state/layout.ts";
import { searchInFiles } from "../state/search-request.ts";
import type { SessionState } from "../state/session-state.ts";
import { showToast } from "../state/toasts.ts";
import { commandTexts } from "../texts/command-texts.ts";
import { notebookTexts } from "../texts/notebook-texts.ts";
import { settingsTexts } from "../texts/settings-texts.ts";
import { t } from "../texts/texts.ts";
import type * as historyActions from "../timeline/history-actions.ts";

export interface Command {
  label: string;
  keys?: string;
  run: () => void;
}

/** Control or Command, by the machine. */
export const MOD_KEY = /Mac|iPhone|iPad/.test(navigator.platform) ? "⌘" : "Ctrl";

/** What can be done now. */
export function listCommands(app: AppState): Command[] {
  return [
    ...actionCommands(app),
    ...historyCommands(app),
    ...viewCommands(app),
    ...conversationCommands(app),
  ];
}

function actionCommands(app: AppState): Command[] {
  const session = app.session();
  const lastReply = session?.messages()?.findLast((message) => message.role === "assistant");
  const reply = lastReply ? textOf(lastReply) : "";
  const current = app.current();
  return [
    ...(session?.running()
      ? [{ label: t.composer.stop, keys: commandTexts.keys.escape, run: () => session.stop() }]
      : []),
    { label: t.sidebar.new, run: () => void app.create() },
    { label: commandTexts.palette.focusComposer, run: () => focusComposer(app) },
    ...(reply ? [{ label: commandTexts.palette.copyReply, run: () => void copyReply(reply) }] : []),
    ...(current && !app.deleted()
      ? [{ label: t.shell.share, run: () => app.showShare({ mode: "people", conversation: current }) }]
      : []),
    { label: commandTexts.palette.settings, keys: `${MOD_KEY} ,`, run: () => app.showSettings("models") },
    { label: commandTexts.palette.account, run: () => app.showSettings("account") },
    ...(app.trash().length > 0
      ? [{ label: commandTexts.palette.deleted, run: () => app.showSettings("storage") }]
      : []),
  ];
}

/** Saving waits for a run to end, which keeps its own steps; downloads take the files as they are. */
function historyCommands(app: AppState): Command[] {
  const session = app.session();
  if (!session) return [];
  const { workspace } = session.session;
  const title = app.current()?.title ?? "";
  const show = (): void => app.layout.showPane("timeline");
  const download = (words: string, run: (actions: HistoryActions) => Promise<boolean>): void => {
    showToast({ text: words });
    void withHistory(run);
  };
  return [
    ...(session.running()
      ? []
      : [
          {
            label: commandTexts.commands.save,
            run: () => void withHistory((actions) => actions.saveSnapshot(workspace, "", show)),
          },
        ]),
    {
      label: commandTexts.commands.zip,
      run: () =>
        download(commandTexts.commands.zipStarted, (actions) => actions.downloadFiles(workspace, title)),
    },
    {
      label: commandTexts.commands.git,
      run: () =>
        download(commandTexts.commands.gitStarted, (actions) => actions.downloadRepository(workspace, title)),
    },
    ...notebookCommands(session, title),
    { label: commandTexts.commands.search, keys: `${MOD_KEY} Shift F`, run: () => searchInFiles(app.layout) },
    { label: commandTexts.commands.disk, run: openDiskDialog },
    { label: commandTexts.commands.importGit, run: () => openGitDialog("import") },
    { label: commandTexts.commands.pushGit, run: () => openGitDialog("push") },
  ];
}

function notebookCommands(session: SessionState, title: string): Command[] {
  const messages = session.messages() ?? [];
  if (!messages.some(hasCell)) return [];
  const download = async (): Promise<void> => {
    const { downloadNotebook } = await import("../notebook/download-notebook.ts");
    downloadNotebook(messages, title);
  };
  return [{ label: notebookTexts.download, run: () => void download() }];
}

type HistoryActions = typeof historyActions;

/** Loads the actions of the timeline when one is wanted: the first page does without them. */
async function withHistory(run: (actions: HistoryActions) => Promise<boolean>): Promise<void> {
  await run(await import("../timeline/history-actions.ts"));
}

function focusComposer(app: AppState): void {
  if (app.layout.width() === "narrow") app.layout.setMobileTab("chat");
  app.composer.focus();
}

async function copyReply(text: string): Promise<void> {
  if (await copyText(text)) showToast({ text: t.copied });
}

function viewCommands(app: AppState): Command[] {
  const { layout } = app;
  const themes = (["system", "light", "dark"] as const).map((theme) => ({
    label: commandTexts.palette.theme(settingsTexts.themes[theme]),
    run: () => void app.saveSettings({ theme }),
  }));
  return [
    ...PANE_TABS.map((tab) => ({
      label: tab === "timeline" ? commandTexts.commands.show : commandTexts.palette.show(t.shell.tabs[tab]),
      run: () => layout.showPane(tab),
    })),
    {
      label: layout.paneOpen() ? t.shell.closePane : t.shell.openPane,
      run: () => layout.setPaneOpen(!layout.paneOpen()),
    },
    {
      label: layout.sidebarOpen() ? t.shell.hideSidebar : t.shell.showSidebar,
      run: () => layout.setSidebarOpen(!layout.sidebarOpen()),
    },
    ...themes,
    { label: commandTexts.palette.shortcuts, run: () => app.showSettings("about") },
  ];
}

function conversationCommands(app: AppState): Command[] {
  const shown = app.session()?.session.id;
  return (app.conversations() ?? [])
    .filter((one) => one.id !== shown)
    .map((one) => ({
      label: commandTexts.palette.open(one.title || t.untitled),
      run: () => void app.open(one.id),
    }));
}

/** Commands whose label holds every word typed. */
export function matchCommands(commands: readonly Command[], query: string): Command[] {
  const words = query.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  return commands.filter((command) => {
    const label = command.label.toLocaleLowerCase();
    return words.every((word) => label.includes(word));
  });
}
