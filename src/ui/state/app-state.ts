import {
  createEffect,
  createRoot,
  createSignal,
  getOwner,
  onCleanup,
  runWithOwner,
  type Accessor,
} from "solid-js";

import type { Conversation } from "../../domain/conversation.ts";
import { toErrorValue, type ErrorValue } from "../../domain/errors.ts";
import type { SettingsPatch, SettingsView } from "../../domain/settings.ts";
import type { Okcvm, Session } from "../../vm/api.ts";
import { createConversations, type ConversationsState } from "./conversations-state.ts";
import { createLayout, type Layout } from "./layout.ts";
import { createOpenedLink, type OpenedLink } from "./pairing.ts";
import { revealFile } from "./reveal-file.ts";
import { createSessionState, type SessionState } from "./session-state.ts";
import { createSyncState, type SyncState } from "./sync-state.ts";
import { tell } from "./tell.ts";
import { createThemeEffect } from "./theme.ts";

export type SettingsTab =
  | "models"
  | "account"
  | "agent"
  | "tools"
  | "engine"
  | "storage"
  | "appearance"
  | "about";

/** people: who is in a conversation, and inviting others. leave: the question before leaving it. */
export interface ShareRequest {
  mode: "people" | "leave";
  conversation: Conversation;
}

/** A conversation that could not be opened. */
export interface OpenFailure {
  id: string | undefined;
  error: ErrorValue;
}

/** What the whole page shares. */
export interface AppState extends ConversationsState {
  readonly okcvm: Okcvm;
  readonly layout: Layout;
  readonly sync: SyncState;
  /** A sign-in link that was opened. */
  readonly pairing: OpenedLink;
  /** An invitation to a conversation that was opened. */
  readonly joining: OpenedLink;
  /** An invitation to make an account that was opened in this browser. */
  readonly invited: OpenedLink;
  /** undefined until they are read. */
  settings: Accessor<SettingsView | undefined>;
  /** Saves; resolves with the error in words when it was refused. */
  saveSettings: (patch: SettingsPatch) => Promise<ErrorValue | null>;
  /** Grows when the settings were changed by something else than this page. */
  foreignChanges: Accessor<number>;
  /** True when a model or the guided demo can answer. */
  canSend: Accessor<boolean>;
  /** True when the account may read the conversation in view, and no more. */
  readOnly: Accessor<boolean>;
  session: Accessor<SessionState | undefined>;
  /** Open in this tab, by conversation id. */
  isRunning: (conversationId: string) => boolean;
  openFailure: Accessor<OpenFailure | undefined>;
  /** True while the first page is shown, which needs the whole width. */
  welcoming: Accessor<boolean>;
  setWelcoming: (welcoming: boolean) => void;
  /** Opens a conversation and shows it; the newest one without an id. */
  open: (id?: string, options?: { takeOver?: boolean }) => Promise<void>;
  /** The settings dialog's tab while it is open. */
  settingsTab: Accessor<SettingsTab | null>;
  showSettings: (tab: SettingsTab | null) => void;
  /** What the dialog of shared conversations is open for. */
  shareRequest: Accessor<ShareRequest | null>;
  showShare: (request: ShareRequest | null) => void;
  paletteOpen: Accessor<boolean>;
  setPaletteOpen: (open: boolean) => void;
  /** Puts the focus into the composer; the composer sets how. */
  composer: { focus: () => void };
}

/** Builds the state once okcvm is ready. Call it inside a root. */
export function createAppState(okcvm: Okcvm): AppState {
  const layout = createLayout();
  const settings = createSettings(okcvm);
  createThemeEffect(() => settings.view()?.theme);
  const links = {
    pairing: createOpenedLink("pair"),
    joining: createOpenedLink("join"),
    invited: createOpenedLink("welcome"),
  };
  const sessions = createSessions(okcvm, layout, () =>
    Object.values(links).some(({ link }) => link() !== null),
  );
  const [settingsTab, showSettings] = createSignal<SettingsTab | null>(null);
  const [shareRequest, showShare] = createSignal<ShareRequest | null>(null);
  const [welcoming, setWelcoming] = createSignal(false);
  const [paletteOpen, setPaletteOpen] = createSignal(false);
  const sync = createSyncState(okcvm);
  const conversations = createConversations(okcvm, { sync, sessions });
  const state: AppState = {
    okcvm,
    layout,
    sync,
    ...links,
    settings: settings.view,
    saveSettings: settings.save,
    foreignChanges: settings.foreignChanges,
    canSend: () => {
      const view = settings.view();
      return view !== undefined && (view.demo || hasModel(view));
    },
    ...conversations,
    readOnly: () => sync.shared(sessions.shown()?.session.id)?.role === "viewer",
    session: sessions.shown,
    isRunning: sessions.isRunning,
    openFailure: sessions.failure,
    welcoming,
    setWelcoming,
    open: sessions.open,
    settingsTab,
    showSettings,
    shareRequest,
    showShare,
    paletteOpen,
    setPaletteOpen,
    composer: { focus: () => undefined },
  };
  return state;
}

function hasModel(view: SettingsView): boolean {
  return view.endpoints.chat.baseUrl !== "" && view.endpoints.chat.model !== "";
}

interface SettingsState {
  view: Accessor<SettingsView | undefined>;
  save: AppState["saveSettings"];
  /** Grows when the settings were changed by something else than this page: a program, or another tab. */
  foreignChanges: Accessor<number>;
}

function createSettings(okcvm: Okcvm): SettingsState {
  const [view, setView] = createSignal<SettingsView>();
  const [foreignChanges, setForeignChanges] = createSignal(0);
  let saving = 0;
  const read = (): Promise<void> => tell(async () => void setView(okcvm.settings.get()));
  const onChange = (): void => {
    const own = saving > 0;
    void read().then(() => !own && setForeignChanges((count) => count + 1));
  };
  onCleanup(okcvm.settings.subscribe(onChange));
  void read();
  const save = async (patch: SettingsPatch): Promise<ErrorValue | null> => {
    saving++;
    try {
      await okcvm.settings.set(patch);
      setView(okcvm.settings.get());
      return null;
    } catch (error) {
      return toErrorValue(error);
    } finally {
      saving--;
    }
  };
  return { view, save, foreignChanges };
}

interface Sessions {
  shown: Accessor<SessionState | undefined>;
  failure: Accessor<OpenFailure | undefined>;
  isRunning: (conversationId: string) => boolean;
  open: AppState["open"];
}

interface Kept {
  state: SessionState;
  dispose: () => void;
}

/** Sessions stay followed after another is shown: their runs go on. */
function createSessions(okcvm: Okcvm, layout: Layout, hasLink: Accessor<boolean>): Sessions {
  const owner = getOwner();
  const [kept, setKept] = createSignal<ReadonlyMap<string, Kept>>(new Map());
  const [shown, setShown] = createSignal<SessionState>();
  const [failure, setFailure] = createSignal<OpenFailure>();
  onCleanup(() => kept().forEach((one) => one.dispose()));
  const follow = (session: Session): SessionState => {
    const old = kept().get(session.id);
    if (old && old.state.session === session && !old.state.closed()) return old.state;
    old?.dispose();
    const made = runWithOwner(owner, () =>
      createRoot((dispose) => ({ state: make(session), dispose })),
    ) as Kept;
    setKept((map) => new Map(map).set(session.id, made));
    return made.state;
  };
  const make = (session: Session): SessionState =>
    createSessionState(session, {
      onPreview: () => {
        if (layout.width() === "wide" && shown()?.session === session) layout.showPane("preview");
      },
      onShowFile: (path) =>
        void open(session.id).then(() => {
          revealFile(path);
          layout.showPane("files");
        }),
    });
  let wanted = 0;
  const open: AppState["open"] = async (id, options) => {
    const turn = (wanted += 1);
    try {
      const session = await okcvm.open(id, options ?? {});
      // A later choice was made while this one was opening.
      if (turn !== wanted) return;
      setFailure(undefined);
      setShown(follow(session));
    } catch (error) {
      if (turn !== wanted) return;
      // An address from before it was deleted: the newest one instead.
      if (id !== undefined && toErrorValue(error).code === "not-found") return open();
      setShown(undefined);
      setFailure({ id, error: toErrorValue(error) });
    }
  };
  createEffect(() => {
    const id = shown()?.session.id;
    // A link stays until it is dealt with, so that a reload asks again.
    if (id === undefined || hasLink() || id === idInAddress()) return;
    // The first one takes the place of the bare address; each later one can be gone back from.
    if (idInAddress() === undefined) history.replaceState(null, "", `#/c/${id}`);
    else history.pushState(null, "", `#/c/${id}`);
  });
  const onAddress = (): void => {
    const id = idInAddress();
    if (id !== undefined && id !== shown()?.session.id) void open(id);
  };
  addEventListener("popstate", onAddress);
  onCleanup(() => removeEventListener("popstate", onAddress));
  return { shown, failure, open, isRunning: (id) => kept().get(id)?.state.running() ?? false };
}

/** The conversation the page's address names; undefined for none. */
export function idInAddress(): string | undefined {
  return /^#\/c\/([0-9a-f]{32})$/.exec(location.hash)?.[1];
}
