import { mergeTexts } from "../../domain/merge-text.ts";
import type { TreeFile } from "./tree-diff.ts";

export type Bytes = Uint8Array<ArrayBuffer>;

/** Where contents are read, and what was merged goes. */
export interface Contents {
  read(oid: string): Promise<Bytes | Blob>;
  /** Answers its id. */
  add(content: Bytes): string | Promise<string>;
}

/** A file that both sides changed, as one; null where that cannot be. */
export async function mergeFiles(
  contents: Contents,
  base: TreeFile | null,
  ours: TreeFile,
  theirs: TreeFile,
): Promise<TreeFile | null> {
  const mode = ours.mode === (base?.mode ?? ours.mode) ? theirs.mode : ours.mode;
  const oid = await mergeOids(contents, base, ours, theirs);
  return oid === null ? null : { mode, oid };
}

async function mergeOids(
  contents: Contents,
  base: TreeFile | null,
  ours: TreeFile,
  theirs: TreeFile,
): Promise<string | null> {
  if (ours.oid === theirs.oid) return ours.oid;
  if (base?.oid === ours.oid) return theirs.oid;
  if (base?.oid === theirs.oid) return ours.oid;
  if ([base, ours, theirs].some((file) => file?.mode === "symlink")) return null;
  const read = await Promise.all([base, ours, theirs].map((file) => file && contents.read(file.oid)));
  const [o, a, b] = read.map((content) => content ?? new Uint8Array());
  if (!(o instanceof Uint8Array && a instanceof Uint8Array && b instanceof Uint8Array)) return null;
  const merged = mergeTexts(o, a, b);
  return merged && contents.add(merged);
}

export function isSameFile(a: TreeFile | null, b: TreeFile | null): boolean {
  return a?.oid === b?.oid && a?.mode === b?.mode;
}
