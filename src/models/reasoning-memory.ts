import type { ModelEvent } from "../ports/chat-model.ts";

const MAX_CALLS = 500;

/**
 * What a model thought before its calls. Some endpoints refuse a history whose
 * calls come without the thoughts they sent with them. Kept in memory only: a
 * call it does not know has the thought "", which those endpoints take too.
 */
export interface ReasoningMemory {
  /** Begins a reply; the result is called with each of its events. */
  begin(): (event: ModelEvent) => void;
  of(callId: string): string;
}

export function createReasoningMemory(): ReasoningMemory {
  const thoughts = new Map<string, string>();

  function begin(): (event: ModelEvent) => void {
    let thought = "";
    return (event) => {
      if (event.type === "reasoning") thought += event.delta;
      if (event.type === "call") remember(event.callId, thought);
    };
  }

  function remember(callId: string, thought: string): void {
    thoughts.set(callId, thought);
    const oldest = thoughts.keys().next();
    if (thoughts.size > MAX_CALLS && !oldest.done) thoughts.delete(oldest.value);
  }

  return { begin, of: (callId) => thoughts.get(callId) ?? "" };
}
