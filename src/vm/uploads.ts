import type { Entry } from "../domain/changes.ts";
import { OkcvmError, throwIfAborted } from "../domain/errors.ts";
import { UPLOAD_FOLDER } from "../domain/ids.ts";
import { mediaTypeOf } from "../domain/media-types.ts";
import { baseName, extensionOf } from "../domain/paths.ts";
import type { Workspace } from "../ports/workspace.ts";
import type { Upload, Uploaded } from "./api.ts";

export const UPLOAD_LIMITS = { files: 100, bytes: 100 * 1024 * 1024 } as const;
/** What the prompt lists by name at most. */
const LISTED = 200;

/** Puts files into the upload folder, each under a name not yet taken. Nothing is written when one is over the limits. */
export async function saveUploads(
  workspace: Workspace,
  files: Upload[],
  options: { signal?: AbortSignal; onProgress?: (done: number, total: number) => void },
): Promise<Uploaded[]> {
  checkLimits(files);
  const taken = new Set((await uploadEntries(workspace)).map((entry) => baseName(entry.path).toLowerCase()));
  const total = files.reduce((sum, file) => sum + file.content.size, 0);
  const saved: Uploaded[] = [];
  let done = 0;
  for (const file of files) {
    throwIfAborted(options.signal);
    const name = freeName(safeName(file.name), taken);
    const path = `${UPLOAD_FOLDER}/${name}`;
    await workspace.write(path, file.content);
    done += file.content.size;
    saved.push({ path, name, size: file.content.size, mediaType: file.content.type || mediaTypeOf(name) });
    options.onProgress?.(done, total);
  }
  return saved;
}

/** Absolute paths of what lies in the upload folder. */
export async function listUploads(workspace: Workspace): Promise<string[]> {
  return (await uploadEntries(workspace))
    .filter((entry) => entry.kind === "file")
    .slice(0, LISTED)
    .map((entry) => entry.path);
}

/** All that lies in the upload folder. An agent may have put something else in its place. */
async function uploadEntries(workspace: Workspace): Promise<Entry[]> {
  const folder = await workspace.stat(UPLOAD_FOLDER);
  return folder?.kind === "directory" ? workspace.list(UPLOAD_FOLDER) : [];
}

function checkLimits(files: Upload[]): void {
  if (files.length > UPLOAD_LIMITS.files) {
    throw new OkcvmError(
      "too-large",
      `${files.length} files are too many at once; add at most ${UPLOAD_LIMITS.files}.`,
    );
  }
  const big = files.find((file) => file.content.size > UPLOAD_LIMITS.bytes);
  if (big)
    throw new OkcvmError("too-large", `${big.name} is larger than 100 MB, the most one file may have.`);
}

function safeName(name: string): string {
  const cleaned = baseName(name.replaceAll("\\", "/"))
    .replaceAll(/\p{Cc}/gu, "")
    .trim();
  if (cleaned === "" || cleaned === "." || cleaned === "..") return "file";
  return new TextEncoder().encode(cleaned).length <= 200
    ? cleaned
    : `${[...cleaned].slice(0, 50).join("")}.${extensionOf(cleaned).slice(0, 10) || "bin"}`;
}

function freeName(name: string, taken: Set<string>): string {
  const extension = extensionOf(name);
  const stem = extension === "" ? name : name.slice(0, -extension.length - 1);
  let free = name;
  for (let number = 2; taken.has(free.toLowerCase()); number++) {
    free = extension === "" ? `${stem} (${number})` : `${stem} (${number}).${extension}`;
  }
  taken.add(free.toLowerCase());
  return free;
}
