import type { Usage } from "../domain/message.ts";
import { ModelError } from "../domain/model-error.ts";
import type { ModelEvent } from "../ports/chat-model.ts";
import { createCallAssembler } from "./call-assembler.ts";
import { fieldsAt, isFields, listAt, textAt, type Fields } from "./chunk-fields.ts";
import { createThinkSplitter, type TextPiece } from "./think-tags.ts";
import { readUsage } from "./token-usage.ts";

/** Turns an endpoint's chunks into model events, whatever dialect it speaks. One reader reads one reply. */
export interface ChunkReader {
  /** One parsed chunk. Throws what `onError` makes of an error the chunk carries. */
  push(chunk: unknown): ModelEvent[];
  /**
   * The stream is over; `done` tells whether its [DONE] mark came. Throws
   * `bad-reply` when the reply is not whole.
   */
  end(done: boolean): ModelEvent[];
}

export interface ChunkReaderOptions {
  /** Call ids the conversation has already. */
  takenIds?: ReadonlySet<string>;
  /** Makes an error from the `error` value of a chunk. */
  onError: (error: unknown) => ModelError;
}

const FINISH_WORDS: Record<string, string> = {
  max_tokens: "length",
  end_turn: "stop",
  eos: "stop",
  function_call: "tool_calls",
};
// These end a reply early: calls made before them may be cut short, and the loop must know.
const EARLY_ENDS = new Set(["length", "content_filter"]);

export function createChunkReader(options: ChunkReaderOptions): ChunkReader {
  const think = createThinkSplitter();
  const calls = createCallAssembler(options.takenIds ?? new Set());
  let finish = "";
  let usage: Usage | null = null;
  let received = false;

  function push(chunk: unknown): ModelEvent[] {
    if (!isFields(chunk)) return [];
    if (chunk["error"]) throw options.onError(chunk["error"]);
    noteUsage(chunk);
    // Azure's first chunk and the usage chunk of others have no choice at all.
    const choice = listAt(chunk, "choices")[0];
    if (!isFields(choice)) return [];
    if (choice["error"]) throw options.onError(choice["error"]);
    noteUsage(choice);
    finish = textAt(choice, "finish_reason") || finish;
    if (finish === "error") throw brokenByEndpoint();
    return noted(readDelta(choice));
  }

  function readDelta(choice: Fields): ModelEvent[] {
    // A reply that was not streamed after all has `message` in place of `delta`.
    const delta = isFields(choice["delta"]) ? choice["delta"] : fieldsAt(choice, "message");
    const rawCalls = listAt(delta, "tool_calls");
    const events: ModelEvent[] = [];
    const thought = readReasoning(delta);
    if (thought !== "") events.push({ type: "reasoning", delta: thought });
    for (const piece of readContent(delta)) {
      if (piece.type === "reasoning") events.push(piece);
      else events.push(...think.push(piece.delta));
    }
    if (rawCalls.length > 0) events.push(...think.flush(), ...calls.push(rawCalls));
    return events;
  }

  function noted(events: ModelEvent[]): ModelEvent[] {
    if (events.length > 0) received = true;
    return events;
  }

  function noteUsage(fields: Fields): void {
    const raw = fields["usage"];
    const read = isFields(raw) ? readUsage(raw) : null;
    if (read) usage = { ...usage, ...read };
  }

  function end(done: boolean): ModelEvent[] {
    const rest = noted(think.flush());
    if (finish === "" && !received && calls.count === 0) throw emptyReply();
    if (finish === "" && !done) throw cutReply();
    const events = [...rest, ...calls.finish()];
    return [...events, { type: "end", finish: finishWord(finish, calls.count), ...(usage ? { usage } : {}) }];
  }

  return { push, end };
}

/** The reason to stop in one spelling; some servers say "stop" though they made calls. */
function finishWord(finish: string, calls: number): string {
  const word = FINISH_WORDS[finish] ?? finish;
  if (EARLY_ENDS.has(word)) return word;
  if (calls > 0) return "tool_calls";
  return word === "" || word === "tool_calls" ? "stop" : word;
}

/** A thought under the first of its names that is filled: endpoints that send two send the same text in both. */
function readReasoning(delta: Fields): string {
  const plain = textAt(delta, "reasoning_content") || textAt(delta, "reasoning");
  if (plain !== "") return plain;
  return listAt(delta, "reasoning_details")
    .filter(isFields)
    .map((detail) => textAt(detail, "text") || textAt(detail, "summary"))
    .join("");
}

function readContent(delta: Fields): TextPiece[] {
  const plain = textAt(delta, "content") || textAt(delta, "refusal");
  if (plain !== "") return [{ type: "text", delta: plain }];
  return listAt(delta, "content")
    .filter(isFields)
    .map(readPart)
    .filter((piece) => piece.delta !== "");
}

function readPart(part: Fields): TextPiece {
  const thought = textAt(part, "thinking") || joinTexts(listAt(part, "thinking"));
  return thought === ""
    ? { type: "text", delta: textAt(part, "text") }
    : { type: "reasoning", delta: thought };
}

function joinTexts(parts: unknown[]): string {
  return parts
    .filter(isFields)
    .map((part) => textAt(part, "text"))
    .join("");
}

/** The connection closed in the middle of a reply. */
export function cutReply(cause?: unknown): ModelError {
  const message = "The reply was cut off: the connection closed before the endpoint had finished.";
  return new ModelError("bad-reply", message, { retryable: true, cause });
}

function emptyReply(): ModelError {
  return new ModelError("bad-reply", "The endpoint closed the connection without an answer.", {
    retryable: true,
  });
}

function brokenByEndpoint(): ModelError {
  const message = "The endpoint broke off its reply and gave no reason.";
  return new ModelError("server-error", message, { retryable: true });
}
