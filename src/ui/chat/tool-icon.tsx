import Blocks from "lucide-solid/icons/blocks";
import FilePen from "lucide-solid/icons/file-pen";
import FilePlus from "lucide-solid/icons/file-plus";
import FileText from "lucide-solid/icons/file-text";
import Globe from "lucide-solid/icons/globe";
import ListTodo from "lucide-solid/icons/list-todo";
import Notebook from "lucide-solid/icons/notebook-text";
import Rocket from "lucide-solid/icons/rocket";
import Search from "lucide-solid/icons/search";
import Terminal from "lucide-solid/icons/terminal";
import { Dynamic } from "solid-js/web";
import type { Component, JSX } from "solid-js";

const ICONS: Record<string, Component<{ size: number }>> = {
  "mshtools-todo_read": ListTodo,
  "mshtools-todo_write": ListTodo,
  "mshtools-read_file": FileText,
  "mshtools-write_file": FilePlus,
  "mshtools-edit_file": FilePen,
  "mshtools-shell": Terminal,
  "mshtools-ipython": Notebook,
  "mshtools-deploy_website": Rocket,
  "mshtools-web_search": Search,
  "mshtools-image_search": Search,
};

/** The icon of a tool. */
export function ToolIcon(props: { name: string }): JSX.Element {
  const icon = (): Component<{ size: number }> =>
    ICONS[props.name] ?? (props.name.startsWith("mshtools-browser_") ? Globe : Blocks);
  return <Dynamic component={icon()} size={15} />;
}
