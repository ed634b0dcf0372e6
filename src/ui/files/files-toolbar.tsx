import Ellipsis from "lucide-solid/icons/ellipsis";
import FilePlus from "lucide-solid/icons/file-plus";
import FolderPlus from "lucide-solid/icons/folder-plus";
import Search from "lucide-solid/icons/search";
import Upload from "lucide-solid/icons/upload";
import type { JSX } from "solid-js";

import { IconButton } from "../parts/icon-button.tsx";
import { filesTexts } from "../texts/files-texts.ts";

/** What can be done without choosing a file first. */
export function FilesToolbar(props: {
  searching: boolean;
  /** Nothing may be added. */
  readOnly: boolean;
  onNew: (kind: "file" | "folder") => void;
  onUpload: () => void;
  onSearch: () => void;
  onMore: (at: { x: number; y: number }) => void;
}): JSX.Element {
  const more = (event: MouseEvent): void => {
    if (!(event.currentTarget instanceof Element)) return;
    const box = event.currentTarget.getBoundingClientRect();
    props.onMore({ x: box.left, y: box.bottom + 2 });
  };
  const label = (action: string): string => (props.readOnly ? filesTexts.notYours(action) : action);
  return (
    <div class="files-toolbar" role="group" aria-label={filesTexts.toolbar}>
      <IconButton
        label={label(filesTexts.newFile)}
        disabled={props.readOnly}
        onClick={() => props.onNew("file")}
      >
        <FilePlus size={16} />
      </IconButton>
      <IconButton
        label={label(filesTexts.newFolder)}
        disabled={props.readOnly}
        onClick={() => props.onNew("folder")}
      >
        <FolderPlus size={16} />
      </IconButton>
      <IconButton label={label(filesTexts.upload)} disabled={props.readOnly} onClick={() => props.onUpload()}>
        <Upload size={16} />
      </IconButton>
      <span class="grow" />
      <IconButton label={filesTexts.search} pressed={props.searching} onClick={() => props.onSearch()}>
        <Search size={16} />
      </IconButton>
      <IconButton label={filesTexts.more} onClick={more}>
        <Ellipsis size={16} />
      </IconButton>
    </div>
  );
}
