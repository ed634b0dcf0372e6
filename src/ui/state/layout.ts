import { createEffect, createMemo, createSignal, type Accessor } from "solid-js";

import { createMedia } from "./media.ts";
import { readStored, writeStored } from "./persisted.ts";

export const PANE_TABS = ["files", "preview", "timeline", "log"] as const;
export type PaneTab = (typeof PANE_TABS)[number];
export type MobileTab = "chat" | PaneTab;
export type Width = "wide" | "medium" | "narrow";

/** Where things are on the screen. Kept in localStorage, apart from what is open only for a moment. */
export interface Layout {
  /** wide: from 1100 px. medium: from 900 px. narrow: under it. */
  width: Accessor<Width>;
  sidebarOpen: Accessor<boolean>;
  setSidebarOpen: (open: boolean) => void;
  paneOpen: Accessor<boolean>;
  setPaneOpen: (open: boolean) => void;
  paneTab: Accessor<PaneTab>;
  /** Shows a tab of the computer, opening the pane when it is shut. */
  showPane: (tab: PaneTab) => void;
  mobileTab: Accessor<MobileTab>;
  setMobileTab: (tab: MobileTab) => void;
  /** Share of the room between chat and computer that the computer has: 0.2 to 0.8. */
  paneShare: Accessor<number>;
  setPaneShare: (share: number) => void;
}

interface Stored {
  sidebar: boolean;
  pane: boolean;
  tab: PaneTab;
  share: number;
}

const KEY = "okcvm.layout";
const DEFAULT: Stored = { sidebar: true, pane: true, tab: "files", share: 0.5 };

function readLayout(): Stored {
  const value = readStored(KEY);
  if (typeof value !== "object" || value === null) return DEFAULT;
  const found = value as Partial<Record<keyof Stored, unknown>>;
  return {
    sidebar: typeof found.sidebar === "boolean" ? found.sidebar : DEFAULT.sidebar,
    pane: typeof found.pane === "boolean" ? found.pane : DEFAULT.pane,
    tab: PANE_TABS.find((tab) => tab === found.tab) ?? DEFAULT.tab,
    share: typeof found.share === "number" ? clampShare(found.share) : DEFAULT.share,
  };
}

function clampShare(share: number): number {
  return Math.min(0.8, Math.max(0.2, share));
}

export function createLayout(): Layout {
  const stored = readLayout();
  const isWide = createMedia("(min-width: 1100px)");
  const isNarrow = createMedia("(max-width: 899.98px)");
  const width = createMemo<Width>(() => (isWide() ? "wide" : isNarrow() ? "narrow" : "medium"));
  const [docked, setDocked] = createSignal(stored.sidebar);
  const [overlay, setOverlay] = createSignal(false);
  const [paneOpen, setPaneOpen] = createSignal(stored.pane);
  const [paneTab, setPaneTab] = createSignal<PaneTab>(stored.tab);
  const [mobileTab, setMobileTab] = createSignal<MobileTab>("chat");
  const [share, setShare] = createSignal(stored.share);
  createEffect(() =>
    writeStored(KEY, { sidebar: docked(), pane: paneOpen(), tab: paneTab(), share: share() }),
  );
  return {
    width,
    // Beside the chat it stays; over the chat it is open only until a choice is made.
    sidebarOpen: () => (width() === "wide" ? docked() : overlay()),
    setSidebarOpen: (open) => (width() === "wide" ? setDocked(open) : setOverlay(open)),
    paneOpen,
    setPaneOpen,
    paneTab,
    showPane: (tab) => {
      setPaneTab(tab);
      if (width() === "narrow") setMobileTab(tab);
      else setPaneOpen(true);
    },
    mobileTab,
    setMobileTab: (tab) => {
      if (tab !== "chat") setPaneTab(tab);
      setMobileTab(tab);
    },
    paneShare: share,
    setPaneShare: (value) => setShare(clampShare(value)),
  };
}
