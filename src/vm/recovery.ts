import type { Message, Part } from "../domain/message.ts";
import type { Clock } from "../ports/clock.ts";
import type { Conversations } from "../ports/conversations.ts";
import { ABORTED } from "./loop.ts";

/** Closes the runs a killed tab left open: what they had written is kept, calls without a result get one. */
export async function closeInterrupted(
  conversations: Conversations,
  conversationId: string,
  clock: Clock,
): Promise<void> {
  const runs = await conversations.openRuns(conversationId);
  if (runs.length === 0) return;
  const messages = new Map(
    (await conversations.messages(conversationId)).map((message) => [message.id, message]),
  );
  for (const run of runs) {
    const message = messages.get(run.messageId);
    if (message) await conversations.endRun(run.id, interrupted(message, clock.now()));
  }
}

function interrupted(message: Message, now: number): Message {
  if (message.status !== "running") return message;
  return {
    ...message,
    status: "interrupted",
    endedAt: now,
    parts: message.parts.map((part) => closePart(part, now)),
  };
}

function closePart(part: Part, now: number): Part {
  if (part.type === "step" && part.endedAt === undefined) return { ...part, endedAt: now };
  if (part.type !== "tool-call" || part.state.status === "done") return part;
  const startedAt = part.state.status === "running" ? part.state.startedAt : now;
  return { ...part, state: { status: "done", startedAt, endedAt: now, result: ABORTED } };
}
