import type { Conversations } from "../ports/conversations.ts";
import type { ToolContext } from "../tools/define-tool.ts";

/** What a tool's context is made of: the session's parts, and where in the conversation the call stands. */
export interface ToolContextParts extends Pick<
  ToolContext,
  "conversationId" | "workspace" | "sandbox" | "python" | "publisher" | "signal" | "emit" | "inTurn"
> {
  conversations: Conversations;
  /** Absolute paths the agent has read; kept up to date. */
  reads: Set<string>;
  /** The message whose branch the todo list belongs to; null before the first. */
  messageId: string | null;
}

/** The context of one call. What is read and planned is durable before the tool goes on. */
export function makeToolContext(parts: ToolContextParts): ToolContext {
  const { conversations, reads, messageId, ...shared } = parts;
  const { conversationId } = shared;
  return {
    ...shared,
    todos: {
      read: () => conversations.todos(conversationId, messageId),
      write: (todos) => conversations.setTodos(conversationId, messageId, todos),
    },
    reads: {
      has: (path) => reads.has(path),
      add: async (path) => {
        if (reads.has(path)) return;
        await conversations.addReadPath(conversationId, path);
        reads.add(path);
      },
    },
  };
}
