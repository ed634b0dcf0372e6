import type { Change } from "../../domain/changes.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { withWorker } from "./with-worker.ts";
import type { ZipItem } from "./zip-entry.ts";

/** See Workspace.importZip. The ZIP is read whole before the first file is written, and all files are written as one change. */
export async function importZip(
  workspace: Workspace,
  makeWorker: () => Worker,
  options: { zip: Blob; into?: string; label?: string },
): Promise<{ files: number; bytes: number }> {
  const { zip, into = "", label = "Unpacked a ZIP" } = options;
  const items = await withWorker(makeWorker, (worker) => worker.call<ZipItem[]>("readZip", zip));
  await workspace.snapshotIfChanged("Your edits", { kind: "edits", detail: `before: ${label}` });
  const base = into === "" ? "" : `${into}/`;
  await workspace.apply({ origin: "import", changes: items.map((item) => changeOf(item, base)) });
  await workspace.snapshotIfChanged(label, { kind: "import" });
  const files = items.filter((item) => item.kind !== "directory");
  return { files: files.length, bytes: files.reduce((sum, item) => sum + sizeOf(item), 0) };
}

function changeOf(item: ZipItem, base: string): Change {
  const path = `${base}${item.path}`;
  if (item.kind === "directory") return { kind: "mkdir", path };
  if (item.kind === "symlink") return { kind: "symlink", path, target: item.target ?? "" };
  return {
    kind: "write",
    path,
    content: item.content ?? new Uint8Array(),
    mode: item.mode,
    mtime: item.mtime,
  };
}

function sizeOf({ content }: ZipItem): number {
  return content instanceof Blob ? content.size : (content?.length ?? 0);
}
