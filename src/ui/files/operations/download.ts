import { baseName } from "../../../domain/paths.ts";
import type { Workspace } from "../../../ports/workspace.ts";
import { filesTexts } from "../../texts/files-texts.ts";
import type { Progress } from "./progress.ts";

/** Saves bytes to the person's disk. The neutral type keeps the browser from showing them instead. */
export function downloadBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob.slice(0, blob.size, "application/octet-stream"));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the bytes once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 30_000);
}

export async function downloadFile(workspace: Workspace, path: string): Promise<void> {
  downloadBlob(await workspace.readBlob(path), baseName(path));
}

/** Downloads a folder, or everything for `""`, as a ZIP. */
export async function downloadZip(workspace: Workspace, progress: Progress, path: string): Promise<void> {
  const name = path === "" ? filesTexts.zipName : `${baseName(path)}.zip`;
  const zip = await progress.run(filesTexts.progress.zipping(name), () => workspace.exportZip(path));
  downloadBlob(new Blob([zip]), name);
}
