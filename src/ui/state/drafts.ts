import type { Uploaded } from "../../vm/api.ts";
import { readStored, writeStored } from "./persisted.ts";

const keyOf = (conversationId: string): string => `okcvm.draft.${conversationId}`;

/** What was typed in a conversation and not sent. */
export function readDraft(conversationId: string): string {
  const value = readStored(keyOf(conversationId));
  return typeof value === "string" ? value : "";
}

export function writeDraft(conversationId: string, text: string): void {
  writeStored(keyOf(conversationId), text === "" ? undefined : text);
}

const filesKeyOf = (conversationId: string): string => `okcvm.draft-files.${conversationId}`;

/** The files added to a draft; they lie in the workspace, if nothing has moved them since. */
export function readDraftFiles(conversationId: string): Uploaded[] {
  const value = readStored(filesKeyOf(conversationId));
  return Array.isArray(value) ? value.filter(isUploaded) : [];
}

export function writeDraftFiles(conversationId: string, files: readonly Uploaded[]): void {
  writeStored(filesKeyOf(conversationId), files.length === 0 ? undefined : files);
}

function isUploaded(value: unknown): value is Uploaded {
  const file = (value ?? {}) as Partial<Uploaded>;
  return typeof file.path === "string" && typeof file.name === "string" && typeof file.size === "number";
}
