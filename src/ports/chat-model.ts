import type { Usage } from "../domain/message.ts";
import type { ToolSpec } from "../domain/tool-spec.ts";

/** A piece of a message to a model. `dataUrl` is `data:<type>;base64,<bytes>`. */
export type ModelContent = { type: "text"; text: string } | { type: "image"; dataUrl: string };

/** One message of a request, in the terms every chat API shares. */
export type ModelMessage =
  | { role: "system"; content: string }
  | { role: "user"; content: ModelContent[] }
  | { role: "assistant"; content: string; calls: ModelCall[] }
  | { role: "tool"; callId: string; content: string };

export interface ModelCall {
  callId: string;
  name: string;
  /** JSON text. */
  arguments: string;
}

export interface ModelRequest {
  messages: ModelMessage[];
  tools: ToolSpec[];
}

/**
 * What a model says, in order. Calls may arrive interleaved; `call` comes
 * before any `arguments` of its id. `end` is last and always sent unless the
 * stream throws.
 */
export type ModelEvent =
  | { type: "request"; bytes: number }
  | { type: "text"; delta: string }
  | { type: "reasoning"; delta: string }
  | { type: "call"; callId: string; name: string }
  | { type: "arguments"; callId: string; delta: string }
  | { type: "end"; finish: string; usage?: Usage };

/**
 * A chat model at some endpoint. `stream` throws a ModelError (domain/model-error.ts): `unreachable`,
 * `unauthorized`, `rate-limited`, `context-overflow`, `bad-request`,
 * `server-error`, `bad-reply`, `aborted`.
 */
export interface ChatModel {
  /** The name shown to people and kept with each step. */
  readonly name: string;
  /** True for the guided demo: a script, not a model. */
  readonly scripted: boolean;
  stream(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent>;
}

/** Gives the model to use now, from the settings. Errors: `no-model`. */
export type ModelSource = () => Promise<ChatModel>;
