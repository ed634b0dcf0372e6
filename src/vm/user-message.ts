import { OkcvmError } from "../domain/errors.ts";
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

/** A person's message: its text, when there is any, then its files. Errors: `bad-arguments` when there is neither. */
export function userMessage({ conversationId, parentId, text, files, now }: UserMessageParts): Message {
  if (text.trim() === "" && files.length === 0)
    throw new OkcvmError("bad-arguments", "The message is empty. Write something or add a file.");
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
