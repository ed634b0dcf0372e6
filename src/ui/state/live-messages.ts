import type { RunEvent } from "../../domain/events.ts";
import type { Message } from "../../domain/message.ts";
import { reduce } from "../../domain/reduce.ts";

/** The branch in view after more events of its run. Messages that did not change are the same objects. */
export function applyEvents(messages: readonly Message[], events: readonly RunEvent[]): Message[] {
  let list = [...messages];
  for (const event of joinDeltas(events)) {
    if (event.type === "run-start") {
      list = withRunStart(list, event);
      continue;
    }
    const last = list.at(-1);
    if (last?.role === "assistant" && last.status === "running") list[list.length - 1] = reduce(last, event);
  }
  return list;
}

/** Neighbouring deltas of one kind as one event: reduce copies the parts once per event. */
export function joinDeltas(events: readonly RunEvent[]): RunEvent[] {
  const joined: RunEvent[] = [];
  for (const event of events) {
    const last = joined.at(-1);
    const whole = last ? joinTwo(last, event) : null;
    if (whole) joined[joined.length - 1] = whole;
    else joined.push(event);
  }
  return joined;
}

function joinTwo(a: RunEvent, b: RunEvent): RunEvent | null {
  if (a.type === "text" && b.type === "text") return { type: "text", delta: a.delta + b.delta };
  if (a.type === "reasoning" && b.type === "reasoning")
    return { type: "reasoning", delta: a.delta + b.delta };
  if (a.type === "arguments" && b.type === "arguments" && a.callId === b.callId) {
    return { ...a, delta: a.delta + b.delta };
  }
  if (a.type === "tool-output" && b.type === "tool-output" && a.callId === b.callId) {
    return { ...a, chunk: a.chunk + b.chunk };
  }
  return null;
}

/** A run begins below its parent: an edit or a new answer leaves what followed there on another branch. */
function withRunStart(list: Message[], event: Extract<RunEvent, { type: "run-start" }>): Message[] {
  const added = event.user ? [event.user, event.assistant] : [event.assistant];
  const parentId = added[0]?.parentId ?? null;
  const parentIndex = list.findIndex((message) => message.id === parentId);
  return [...list.slice(0, parentIndex + 1), ...added];
}

/** Stored messages in place of those shown, keeping the objects of ended ones that are the same. */
export function settle(shown: readonly Message[], stored: readonly Message[]): Message[] {
  const known = new Map(shown.map((message) => [message.id, message]));
  return stored.map((message) => {
    const old = known.get(message.id);
    const same =
      old !== undefined &&
      message.status !== "running" &&
      old.status === message.status &&
      old.endedAt === message.endedAt &&
      old.parts.length === message.parts.length;
    return same ? old : message;
  });
}
