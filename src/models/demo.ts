import { newId } from "../domain/ids.ts";
import type { ChatModel, ModelEvent, ModelRequest } from "../ports/chat-model.ts";
import type { Clock } from "../ports/clock.ts";
import { nextTurn, type DemoTurn } from "./demo/script.ts";
import { aborted } from "./errors.ts";

const PAUSE_MS = 15;
const ARGUMENT_PIECE = 480;

/**
 * The guided demo: a script that speaks as a model would, so that the real
 * loop and tools can be seen at work without a key. It sends no request; its
 * `request` event says 0 bytes.
 */
export function createDemoModel(clock: Pick<Clock, "sleep">): ChatModel {
  return {
    name: "Guided demo (scripted)",
    scripted: true,
    stream: (request, signal) => perform(clock, request, signal),
  };
}

async function* perform(
  clock: Pick<Clock, "sleep">,
  request: ModelRequest,
  signal: AbortSignal,
): AsyncGenerator<ModelEvent> {
  if (signal.aborted) throw aborted();
  yield { type: "request", bytes: 0 };
  const turn = nextTurn(request);
  for (const event of eventsOf(turn)) {
    // So that a person sees it stream, as a model's words do.
    await pause(clock, signal);
    yield event;
  }
}

async function pause(clock: Pick<Clock, "sleep">, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(PAUSE_MS, signal);
  } catch (error) {
    if (signal.aborted) throw aborted();
    throw error;
  }
  if (signal.aborted) throw aborted();
}

function* eventsOf(turn: DemoTurn): Generator<ModelEvent> {
  for (const piece of turn.text.match(/\s*\S+\s*/g) ?? []) yield { type: "text", delta: piece };
  for (const { name, args } of turn.calls) {
    const callId = `call_demo_${newId().slice(0, 12)}`;
    yield { type: "call", callId, name };
    for (const delta of cut(JSON.stringify(args), ARGUMENT_PIECE)) yield { type: "arguments", callId, delta };
  }
  yield { type: "end", finish: turn.calls.length > 0 ? "tool_calls" : "stop" };
}

function* cut(text: string, length: number): Generator<string> {
  for (let from = 0; from < text.length; from += length) yield text.slice(from, from + length);
}
