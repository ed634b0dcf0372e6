import type { Conversations } from "../ports/conversations.ts";
import type { MessageTree } from "./message-tree.ts";

export interface ArrivalParts {
  conversationId: string;
  conversations: Conversations;
  tree: MessageTree;
  running(): boolean;
  /** Called after messages were taken in. */
  onTaken(): void;
  report(error: unknown): void;
}

/** Takes messages that came from another device into an open session. Answers how to stop. */
export function followArrivals(parts: ArrivalParts): () => void {
  const { conversationId, conversations, report } = parts;
  return conversations.subscribeArrivals((ids) => {
    if (ids.includes(conversationId)) void take(parts).catch(report);
  });
}

async function take({ conversationId, conversations, tree, running, onTaken }: ArrivalParts): Promise<void> {
  const [messages, conversation] = await Promise.all([
    conversations.messages(conversationId),
    conversations.get(conversationId),
  ]);
  // What this session writes is newer here than in the store.
  for (const message of messages) if (!tree.has(message.id)) tree.put(message);
  const leafId = conversation?.leafId ?? null;
  if (!running() && leafId !== null) tree.leafId = leafId;
  onTaken();
}
