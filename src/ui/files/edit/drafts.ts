import { readStored, writeStored } from "../../state/persisted.ts";
import type { TextFormat } from "./text-format.ts";

/** A text that was typed and is not in its file, kept beside the workspace so that a closed tab does not lose it. */
export interface Draft {
  text: string;
  format: TextFormat;
  /** Fingerprint of the file's text it was made from. */
  base: string;
}

const PREFIX = "okcvm.unsaved.";

const keyOf = (root: string, path: string): string => `${PREFIX}${root}/${path}`;

export function writeDraft(root: string, path: string, draft: Draft): void {
  writeStored(keyOf(root, path), draft);
}

export function clearDraft(root: string, path: string): void {
  writeStored(keyOf(root, path), undefined);
}

export function readDraft(root: string, path: string): Draft | null {
  const value = readStored(keyOf(root, path)) as Partial<Draft> | undefined;
  const lineBreak = value?.format?.lineBreak;
  if (typeof value?.text !== "string" || typeof value.base !== "string") return null;
  if (lineBreak !== "\n" && lineBreak !== "\r\n" && lineBreak !== "mixed") return null;
  return { text: value.text, base: value.base, format: { bom: value.format?.bom === true, lineBreak } };
}

/** Paths of a workspace's drafts. */
export function draftPaths(root: string): string[] {
  try {
    return Object.keys(localStorage)
      .filter((key) => key.startsWith(keyOf(root, "")))
      .map((key) => key.slice(keyOf(root, "").length));
  } catch {
    // Storage is off: then none was kept.
    return [];
  }
}
