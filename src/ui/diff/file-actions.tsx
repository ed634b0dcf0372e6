import Copy from "lucide-solid/icons/copy";
import FileSymlink from "lucide-solid/icons/file-symlink";
import type { JSX } from "solid-js";

import { toErrorValue } from "../../domain/errors.ts";
import { baseName } from "../../domain/paths.ts";
import type { FileDiff } from "../../domain/snapshot.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { innerPath } from "../files/inner-path.ts";
import { copyText } from "../parts/copy.ts";
import { IconButton } from "../parts/icon-button.tsx";
import { useApp } from "../state/app-context.ts";
import { revealFile } from "../state/reveal-file.ts";
import { showToast } from "../state/toasts.ts";
import { historyTexts } from "../texts/history-texts.ts";

/** What can be done with a changed file: see it in the files, copy its path, and what `children` add. */
export function FileActions(props: {
  workspace: Workspace;
  file: FileDiff;
  children?: JSX.Element;
}): JSX.Element {
  const { layout } = useApp();
  const path = (): string => innerPath(props.workspace.root, props.file.path);
  const open = async (): Promise<void> => {
    try {
      if ((await props.workspace.stat(path())) === null)
        return showToast({ text: historyTexts.changes.gone(baseName(path())) });
      revealFile(path());
      layout.showPane("files");
    } catch (error) {
      showToast({ text: toErrorValue(error).message, tone: "danger" });
    }
  };
  const copy = async (): Promise<void> => {
    if (await copyText(path())) showToast({ text: historyTexts.changes.pathCopied });
  };
  return (
    <div class="file-actions">
      {props.children}
      <span class="file-icons">
        <IconButton label={historyTexts.changes.open} onClick={() => void open()}>
          <FileSymlink size={15} />
        </IconButton>
        <IconButton label={historyTexts.changes.copyPath} onClick={() => void copy()}>
          <Copy size={15} />
        </IconButton>
      </span>
    </div>
  );
}
