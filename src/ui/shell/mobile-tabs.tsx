import FolderOpen from "lucide-solid/icons/folder-open";
import Globe from "lucide-solid/icons/globe";
import RotateCcwClock from "lucide-solid/icons/rotate-ccw-clock";
import MessageSquare from "lucide-solid/icons/message-square";
import ScrollText from "lucide-solid/icons/scroll-text";
import { For, type JSX } from "solid-js";

import { useApp } from "../state/app-context.ts";
import type { MobileTab } from "../state/layout.ts";
import { t } from "../texts/texts.ts";

const ITEMS: { id: MobileTab; icon: () => JSX.Element }[] = [
  { id: "chat", icon: () => <MessageSquare size={18} /> },
  { id: "files", icon: () => <FolderOpen size={18} /> },
  { id: "preview", icon: () => <Globe size={18} /> },
  { id: "timeline", icon: () => <RotateCcwClock size={18} /> },
  { id: "log", icon: () => <ScrollText size={18} /> },
];

/** On a phone: one part of the page at a time. */
export function MobileTabs(): JSX.Element {
  const { layout } = useApp();
  return (
    <nav class="mobile-tabs" aria-label={t.shell.parts}>
      <For each={ITEMS}>
        {(item) => (
          <button
            type="button"
            aria-current={layout.mobileTab() === item.id ? "page" : undefined}
            onClick={() => layout.setMobileTab(item.id)}
          >
            {item.icon()}
            <span>{t.shell.tabs[item.id]}</span>
          </button>
        )}
      </For>
    </nav>
  );
}
