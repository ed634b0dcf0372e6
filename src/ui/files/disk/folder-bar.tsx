import Folder from "lucide-solid/icons/folder";
import FolderInput from "lucide-solid/icons/folder-input";
import RefreshCw from "lucide-solid/icons/refresh-cw";
import Unlink from "lucide-solid/icons/unlink";
import type { JSX } from "solid-js";

import type { LinkedFolder } from "../../../vm/disk/api.ts";
import { formatExact, formatRelative } from "../../format/time.ts";
import { IconButton } from "../../parts/icon-button.tsx";
import { createNow } from "../../state/clock.ts";
import { diskTexts } from "../../texts/disk-texts.ts";
import type { DiskFlow } from "./disk-flow.ts";

const DAY = 24 * 60 * 60 * 1000;

/** The folder the conversation works with, when both sides were last the same, and what can be done with it. */
export function FolderBar(props: { folder: LinkedFolder; flow: DiskFlow }): JSX.Element {
  const now = createNow(30_000);
  const synced = (): string => {
    const at = props.folder.syncedAt;
    if (at === null) return diskTexts.neverSynced;
    const words = formatRelative(at, now());
    return now() - at < DAY ? diskTexts.synced(words) : diskTexts.syncedOn(words);
  };
  const exact = (): string | undefined => {
    const at = props.folder.syncedAt;
    return at === null ? undefined : formatExact(at);
  };
  const busy = (): boolean => props.flow.busy() !== null;
  return (
    <div class="disk-bar">
      <Folder size={16} />
      <div class="disk-name">
        <strong class="cut" title={props.folder.name}>
          {props.folder.name}
        </strong>
        <span class="small quiet cut" title={exact()}>
          {synced()}
        </span>
      </div>
      <IconButton
        label={diskTexts.compareAgain}
        disabled={busy() || props.flow.stage().kind === "asleep"}
        onClick={() => void props.flow.compare()}
      >
        <RefreshCw size={16} />
      </IconButton>
      <IconButton label={diskTexts.another} disabled={busy()} onClick={() => void props.flow.choose()}>
        <FolderInput size={16} />
      </IconButton>
      <IconButton label={diskTexts.letGo} disabled={busy()} onClick={() => void props.flow.letGo()}>
        <Unlink size={16} />
      </IconButton>
    </div>
  );
}
