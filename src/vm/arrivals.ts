import type { Message } from "../domain/message.ts";
import type { Conversations } from "../ports/conversations.ts";

/** Who is given what arrives. */
interface Taker {
  takeIn(messages: Message[], leafId: string | null): Promise<void>;
}

/** Messages of a conversation that come from other devices. */
export interface Arrivals {
  /** Gives them to the session from now on, and what came since it began to open. */
  giveTo(session: Taker): void;
  stop(): void;
}

/** Watches for them. Begun before a conversation is read, so that nothing comes in between unseen. */
export function watchArrivals(
  id: string,
  { conversations, report }: { conversations: Conversations; report(error: unknown): void },
): Arrivals {
  let taker: Taker | null = null;
  let came = false;
  const take = async (to: Taker): Promise<void> => {
    const [messages, conversation] = await Promise.all([conversations.messages(id), conversations.get(id)]);
    await to.takeIn(messages, conversation?.leafId ?? null);
  };
  const stop = conversations.subscribeArrivals((ids) => {
    if (!ids.includes(id)) return;
    if (taker) void take(taker).catch(report);
    else came = true;
  });
  return {
    giveTo(session) {
      taker = session;
      if (came) void take(session).catch(report);
    },
    stop,
  };
}
