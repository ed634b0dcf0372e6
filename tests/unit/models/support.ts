import type { ModelError } from "../../../src/domain/model-error.ts";
import { createOpenAiChat } from "../../../src/models/openai-chat.ts";
import type { ModelEvent, ModelRequest } from "../../../src/ports/chat-model.ts";

export const HELLO: ModelRequest = {
  messages: [
    { role: "system", content: "You are a test." },
    { role: "user", content: [{ type: "text", text: "Hello" }] },
  ],
  tools: [],
};

/** A chat over real HTTP. */
export function chatAt(baseUrl: string, options: { apiKey?: string | null; idleMs?: number } = {}) {
  return createOpenAiChat({
    endpoint: { baseUrl, model: "test-model" },
    apiKey: options.apiKey ?? null,
    fetch: (url, init) => fetch(url, init),
    ...(options.idleMs === undefined ? {} : { idleMs: options.idleMs }),
  });
}

export async function collect(events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const all: ModelEvent[] = [];
  for await (const event of events) all.push(event);
  return all;
}

/** The error a stream ends with; fails when it ends well. */
export async function failureOf(events: AsyncIterable<ModelEvent>): Promise<ModelError> {
  const seen: ModelEvent[] = [];
  try {
    for await (const event of events) seen.push(event);
  } catch (error) {
    return error as ModelError;
  }
  throw new Error(`The stream ended well: ${JSON.stringify(seen)}`);
}

/** A reply put together: what the loop would make of the events. */
export interface Reply {
  text: string;
  reasoning: string;
  calls: { callId: string; name: string; arguments: string }[];
  end: Extract<ModelEvent, { type: "end" }> | undefined;
}

export function assemble(events: ModelEvent[]): Reply {
  const reply: Reply = { text: "", reasoning: "", calls: [], end: undefined };
  for (const event of events) {
    if (event.type === "text") reply.text += event.delta;
    if (event.type === "reasoning") reply.reasoning += event.delta;
    if (event.type === "call") reply.calls.push({ callId: event.callId, name: event.name, arguments: "" });
    if (event.type === "end") reply.end = event;
    if (event.type === "arguments") {
      const call = reply.calls.find((one) => one.callId === event.callId);
      if (!call) throw new Error(`Arguments of ${event.callId} came before its call.`);
      call.arguments += event.delta;
    }
  }
  return reply;
}
