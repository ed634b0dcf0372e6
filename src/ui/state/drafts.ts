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
