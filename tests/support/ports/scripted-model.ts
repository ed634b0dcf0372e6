import { OkcvmError } from "../../../src/domain/errors.ts";
import { ModelError } from "../../../src/domain/model-error.ts";
import type { ChatModel, ModelEvent, ModelRequest } from "../../../src/ports/chat-model.ts";

/** One beat of a reply: an event, a failure to throw, or a wait until the promise resolves or the call is aborted. */
export type Beat = ModelEvent | Error | Promise<void>;

/** A model that says what it was given, one reply a call, and keeps what it was asked. */
export class ScriptedModel implements ChatModel {
  readonly name = "scripted-test";
  readonly scripted: boolean;
  readonly requests: ModelRequest[] = [];
  readonly #replies: (Beat[] | ((request: ModelRequest) => Beat[]))[];

  constructor(
    replies: (Beat[] | ((request: ModelRequest) => Beat[]))[],
    options: { scripted?: boolean } = {},
  ) {
    this.#replies = [...replies];
    this.scripted = options.scripted ?? false;
  }

  async *stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent> {
    this.requests.push(structuredClone(request));
    const reply = this.#replies.shift();
    if (!reply) throw new Error("The script has no further reply.");
    for (const beat of typeof reply === "function" ? reply(request) : reply) {
      if (signal.aborted) throw new ModelError("aborted", "Stopped.", { retryable: false });
      if (beat instanceof Error) throw beat;
      if (beat instanceof Promise) await orAborted(beat, signal);
      else yield beat;
    }
  }
}

/** A text reply and its end. */
export function says(text: string): Beat[] {
  return [{ type: "text", delta: text }, end("stop")];
}

/** A reply that makes calls; arguments that are not text are sent as JSON. */
export function calls(...given: [callId: string, name: string, args: unknown][]): Beat[] {
  return [
    ...given.flatMap(([callId, name, args]): Beat[] => [
      { type: "call", callId, name },
      { type: "arguments", callId, delta: typeof args === "string" ? args : JSON.stringify(args) },
    ]),
    end("tool_calls"),
  ];
}

export function end(finish: string): ModelEvent {
  return { type: "end", finish };
}

/** A promise and what resolves it. */
export function gate(): { promise: Promise<void>; open: () => void } {
  let open = (): void => {};
  const promise = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

function orAborted(promise: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stopped = (): void => reject(new OkcvmError("aborted", "Stopped."));
    if (signal.aborted) return stopped();
    signal.addEventListener("abort", stopped, { once: true });
    void promise.then(resolve, reject);
  });
}
