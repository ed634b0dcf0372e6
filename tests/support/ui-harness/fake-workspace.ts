import type { Change, Content, Entry } from "../../../src/domain/changes.ts";
import { OkcvmError } from "../../../src/domain/errors.ts";
import { parentOf } from "../../../src/domain/paths.ts";
import type { Workspace } from "../../../src/ports/workspace.ts";

/** A workspace in a Map, enough for the user interface. */
export function createFakeWorkspace(
  root: string,
  files: Record<string, string | Uint8Array<ArrayBuffer>>,
): Workspace {
  const blobs = new Map<string, Blob>();
  for (const [path, content] of Object.entries(files)) blobs.set(path, new Blob([content]));
  const listeners = new Set<(changes: Change[], origin: string | null) => void>();
  const inner = (path: string): string => path.replace(root, "").replace(/^\/+|\/+$/g, "");
  const tell = (changes: Change[]): void => listeners.forEach((listener) => listener(changes, null));
  const toBlob = (content: string | Content): Blob =>
    content instanceof Blob ? content : new Blob([content as string | Uint8Array<ArrayBuffer>]);
  const blobAt = (path: string): Blob => {
    const blob = blobs.get(inner(path));
    if (!blob) throw new OkcvmError("not-found", `${path} does not exist.`);
    return blob;
  };
  return {
    root,
    lost: new Promise(() => undefined),
    list: async (path = "") => children(blobs, inner(path)),
    stat: async (path) =>
      children(blobs, parentOf(inner(path))).find((entry) => entry.path === inner(path)) ?? null,
    readText: (path) => blobAt(path).text(),
    readBytes: async (path) => new Uint8Array(await blobAt(path).arrayBuffer()),
    readBlob: async (path) => blobAt(path),
    write: async (path, content) => {
      blobs.set(inner(path), toBlob(content));
      tell([{ kind: "write", path: inner(path), content: toBlob(content) }]);
    },
    mkdir: async () => undefined,
    remove: async (path) => {
      blobs.delete(inner(path));
      tell([{ kind: "remove", path: inner(path) }]);
    },
    rename: async () => undefined,
    symlink: async () => undefined,
    apply: async () => undefined,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    usage: async () => ({
      entries: blobs.size,
      bytes: [...blobs.values()].reduce((sum, blob) => sum + blob.size, 0),
    }),
    close: async () => undefined,
  };
}

function children(blobs: ReadonlyMap<string, Blob>, folder: string): Entry[] {
  const prefix = folder === "" ? "" : `${folder}/`;
  const found = new Map<string, Entry>();
  for (const [path, blob] of blobs) {
    if (!path.startsWith(prefix)) continue;
    const name = path.slice(prefix.length).split("/")[0] ?? "";
    const isFile = prefix + name === path;
    found.set(name, {
      path: prefix + name,
      kind: isFile ? "file" : "directory",
      mode: isFile ? 0o644 : 0o755,
      size: isFile ? blob.size : 0,
      mtime: Date.now(),
    });
  }
  return [...found.values()];
}
