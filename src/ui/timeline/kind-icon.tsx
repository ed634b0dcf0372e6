import Bookmark from "lucide-solid/icons/bookmark";
import FilePen from "lucide-solid/icons/file-pen";
import Flag from "lucide-solid/icons/flag";
import GitCommitHorizontal from "lucide-solid/icons/git-commit-horizontal";
import GitMerge from "lucide-solid/icons/git-merge";
import MessageSquare from "lucide-solid/icons/message-square";
import PackageOpen from "lucide-solid/icons/package-open";
import RotateCcw from "lucide-solid/icons/rotate-ccw";
import type { JSX } from "solid-js";
import { Dynamic } from "solid-js/web";

import type { SnapshotKind } from "../../domain/snapshot.ts";

const ICONS = {
  start: Flag,
  reply: MessageSquare,
  manual: Bookmark,
  edits: FilePen,
  restore: RotateCcw,
  import: PackageOpen,
  merge: GitMerge,
  commit: GitCommitHorizontal,
} satisfies Record<SnapshotKind, unknown>;

/** Why a snapshot was made, as a picture; words stand beside it. */
export function KindIcon(props: { kind: SnapshotKind }): JSX.Element {
  return <Dynamic component={ICONS[props.kind]} size={15} />;
}
