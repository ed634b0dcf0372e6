import type { Message } from "../domain/message.ts";
import type { Conversations } from "../ports/conversations.ts";

export interface ArrivalParts {
  session: { readonly id: string; takeIn(messages: Message[], leafId: string | null): Promise<void> };
  conversations: Conversations;
  report(error: unknown): void;
}

/** Gives an open session the messages that come from other devices. Answers how to stop. */
export function followArrivals({ session, conversations, report }: ArrivalParts): () => void {
  const take = async (): Promise<void> => {
    const [messages, conversation] = await Promise.all([
      conversations.messages(session.id),
      conversations.get(session.id),
    ]);
    await session.takeIn(messages, conversation?.leafId ?? null);
  };
  return conversations.subscribeArrivals((ids) => {
    if (ids.includes(session.id)) void take().catch(report);
  });
}
