import type { RunEvent } from "./events.ts";
import type { Message, Part, StepPart, ToolCallPart } from "./message.ts";

const LIVE_OUTPUT_LIMIT = 64 * 1024;

/**
 * The assistant message after one more event. Pure: the old message is left as
 * it was and parts that did not change are shared with it.
 */
export function reduce(message: Message, event: RunEvent): Message {
  switch (event.type) {
    case "run-start":
      return event.assistant;
    case "text":
      return { ...message, parts: appendText(message.parts, "text", event.delta) };
    case "reasoning":
      return { ...message, parts: appendText(message.parts, "reasoning", event.delta) };
    case "run-end":
      return {
        ...message,
        parts: closeStep(message.parts, event.at),
        status: event.status,
        endedAt: event.at,
        ...(event.error ? { error: event.error } : {}),
        ...(event.snapshotId ? { snapshotId: event.snapshotId } : {}),
      };
    case "retry":
      return { ...message, parts: message.parts.slice(0, lastStepIndex(message.parts)) };
    case "step-start":
    case "request":
    case "first-token":
    case "step-end":
      return { ...message, parts: reduceStep(message.parts, event) };
    default:
      return { ...message, parts: reduceCall(message.parts, event) };
  }
}

type StepEvent = Extract<RunEvent, { type: "step-start" | "request" | "first-token" | "step-end" }>;
type CallEvent = Extract<RunEvent, { callId: string }>;

function appendText(parts: Part[], type: "text" | "reasoning", delta: string): Part[] {
  const last = parts.at(-1);
  if (last?.type !== type) return [...parts, { type, text: delta }];
  return [...parts.slice(0, -1), { type, text: last.text + delta }];
}

function lastStepIndex(parts: Part[]): number {
  const index = parts.findLastIndex((part) => part.type === "step");
  return index < 0 ? parts.length : index;
}

function reduceStep(parts: Part[], event: StepEvent): Part[] {
  if (event.type === "step-start") {
    return [...parts, { type: "step", model: event.model, startedAt: event.at }];
  }
  const index = lastStepIndex(parts);
  const step = parts[index];
  if (step?.type !== "step") return parts;
  return parts.with(index, withStepEvent(step, event));
}

function withStepEvent(step: StepPart, event: Exclude<StepEvent, { type: "step-start" }>): StepPart {
  if (event.type === "request") return { ...step, requestBytes: event.bytes };
  if (event.type === "first-token") return { ...step, firstTokenMs: event.ms };
  return {
    ...step,
    endedAt: event.at,
    finish: event.finish,
    replyBytes: event.replyBytes,
    ...(event.usage ? { usage: event.usage } : {}),
  };
}

function reduceCall(parts: Part[], event: CallEvent): Part[] {
  if (event.type === "call") {
    const call: ToolCallPart = {
      type: "tool-call",
      callId: event.callId,
      name: event.name,
      arguments: "",
      state: { status: "pending" },
    };
    return [...parts, call];
  }
  const index = parts.findLastIndex((part) => part.type === "tool-call" && part.callId === event.callId);
  const call = parts[index];
  if (call?.type !== "tool-call") return parts;
  return parts.with(index, withCallEvent(call, event));
}

function withCallEvent(call: ToolCallPart, event: Exclude<CallEvent, { type: "call" }>): ToolCallPart {
  switch (event.type) {
    case "arguments":
      return { ...call, arguments: call.arguments + event.delta };
    case "tool-start":
      return { ...call, state: { status: "running", startedAt: event.at, output: "" } };
    case "tool-output": {
      if (call.state.status !== "running") return call;
      const output = lastCharacters(call.state.output + event.chunk);
      return { ...call, state: { ...call.state, output } };
    }
    case "tool-end": {
      const startedAt = call.state.status === "pending" ? event.at : call.state.startedAt;
      const { result, snapshotId } = event;
      const state = { status: "done" as const, startedAt, endedAt: event.at, result };
      return { ...call, state: snapshotId ? { ...state, snapshotId } : state };
    }
  }
}

/** A run that ended in the middle of a step ended that step. */
function closeStep(parts: Part[], at: number): Part[] {
  const index = lastStepIndex(parts);
  const step = parts[index];
  return step?.type === "step" && step.endedAt === undefined
    ? parts.with(index, { ...step, endedAt: at })
    : parts;
}

function lastCharacters(text: string): string {
  if (text.length <= LIVE_OUTPUT_LIMIT) return text;
  // The cut may fall inside a surrogate pair.
  return text.slice(-LIVE_OUTPUT_LIMIT).replace(/^[\uDC00-\uDFFF]/, "");
}
