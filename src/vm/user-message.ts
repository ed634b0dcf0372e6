import { newId } from "../domain/ids.ts";
import type { AttachmentPart, Message, Part } from "../domain/message.ts";

export interface UserMessageParts {
  conversationId: string;
  parentId: string | null;
  text: string;
  files: Omit<AttachmentPart, "type">[];
  /** Milliseconds since 1970 UTC. */
  now: number;
}

/** A person's message: its text, when there is any, then its files. */
export function userMessage({ conversationId, parentId, text, files, now }: UserMessageParts): Message {
  const parts: Part[] = files.map((file) => ({ ...file, type: "attachment" }));
  if (text.trim() !== "") parts.unshift({ type: "text", text });
  return {
    id: newId(),
    conversationId,
    parentId,
    role: "user",
    parts,
    status: "done",
    createdAt: now,
    endedAt: now,
  };
}
