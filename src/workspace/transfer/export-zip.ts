import type { Entry } from "../../domain/changes.ts";
import { OkcvmError } from "../../domain/errors.ts";
import { baseName, parentOf } from "../../domain/paths.ts";
import type { Workspace } from "../../ports/workspace.ts";
import { isLeftOut } from "../../domain/left-out.ts";
import { withWorker } from "./with-worker.ts";
import type { ZipItem } from "./zip-entry.ts";

/** Files sent to the Worker at once. */
const AT_ONCE = 128;

/** A ZIP of a folder or a file. What can be made again (node_modules, caches) is left out. */
export async function exportZip(
  workspace: Workspace,
  makeWorker: () => Worker,
  path: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const { base, entries } = await entriesOf(workspace, path);
  const kept = entries.filter((entry) => !entry.path.slice(base.length).split("/").some(isLeftOut));
  const zip = await withWorker(makeWorker, async (worker) => {
    for (let start = 0; start < kept.length; start += AT_ONCE) {
      const some = kept.slice(start, start + AT_ONCE);
      const items = await Promise.all(some.map((entry) => itemOf(workspace, entry, base)));
      await worker.call("addToZip", items);
    }
    return worker.call<Blob>("finishZip");
  });
  return new Uint8Array(await zip.arrayBuffer());
}

/** What to pack, and the part of its paths that the ZIP leaves out. */
async function entriesOf(workspace: Workspace, path: string): Promise<{ base: string; entries: Entry[] }> {
  const entry = await workspace.stat(path);
  if (!entry) throw new OkcvmError("not-found", `${path} does not exist.`);
  if (entry.kind !== "directory") return { base: `${parentOf(entry.path)}/`, entries: [entry] };
  return { base: `${entry.path}/`, entries: await workspace.list(path, { recursive: true }) };
}

async function itemOf(workspace: Workspace, entry: Entry, base: string): Promise<ZipItem> {
  const { kind, mode, mtime } = entry;
  const item: ZipItem = { path: entry.path.slice(base.length) || baseName(entry.path), kind, mode, mtime };
  if (kind === "symlink") return { ...item, target: entry.target ?? "" };
  return kind === "file" ? { ...item, content: await workspace.readBlob(entry.path) } : item;
}
