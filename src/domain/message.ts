import type { ErrorValue } from "./errors.ts";

/** A piece of a tool's result that is more than text. Bytes live in the workspace or a deployment, never in a message, except small images. */
export type ContentPart =
  | { type: "text"; text: string }
  /** `data` is base64 without a prefix; `path` is where the workspace holds it, when it does. */
  | { type: "image"; mediaType: string; data: string; path?: string }
  | { type: "audio"; mediaType: string; path: string }
  | { type: "file"; mediaType: string; path: string; size: number }
  /** A published site. */
  | { type: "site"; url: string; deploymentId: string; title: string };

/** What a tool call came to. `output` is what the model reads. */
export interface ToolResult {
  ok: boolean;
  output: string;
  /** Structured data for programs; JSON. */
  data?: unknown;
  content?: ContentPart[];
  /** Set when `ok` is false. */
  error?: ErrorValue;
}

/** Where a tool call stands. Times are milliseconds since 1970 UTC. */
export type ToolCallState =
  /** Its arguments are still arriving, or it waits for its turn. */
  | { status: "pending" }
  /** `output` is what it has printed so far, its last 64 Ki characters. */
  | { status: "running"; startedAt: number; output: string }
  /** `snapshotId` names the snapshot that holds what it changed; absent when it changed no file. */
  | { status: "done"; startedAt: number; endedAt: number; result: ToolResult; snapshotId?: string };

/** Tokens as the provider counted them; a field the provider did not send is absent. */
export interface Usage {
  input?: number;
  output?: number;
  cachedInput?: number;
  reasoning?: number;
}

export interface TextPart {
  type: "text";
  text: string;
}
/** What a model thought aloud; shown folded, never sent to another provider. */
export interface ReasoningPart {
  type: "reasoning";
  text: string;
}
export interface ToolCallPart {
  type: "tool-call";
  callId: string;
  name: string;
  /** The arguments as the model wrote them: JSON text, maybe cut short. */
  arguments: string;
  state: ToolCallState;
}
/** Marks the start of one model call; the parts up to the next step belong to it. */
export interface StepPart {
  type: "step";
  model: string;
  startedAt: number;
  /** Absent while the model speaks. */
  endedAt?: number;
  /** Milliseconds from the request to the first token; absent until there is one. */
  firstTokenMs?: number;
  usage?: Usage;
  /** Bytes of the request's JSON body. */
  requestBytes?: number;
  /** Bytes of text, reasoning and arguments received. */
  replyBytes?: number;
  /** The provider's reason to stop: stop, tool_calls, length, content_filter, … */
  finish?: string;
}
/** A file the person added; it lies in the workspace at `path`. */
export interface AttachmentPart {
  type: "attachment";
  /** Workspace path. */
  path: string;
  name: string;
  /** Bytes. */
  size: number;
  mediaType: string;
}
export type Part = TextPart | ReasoningPart | ToolCallPart | StepPart | AttachmentPart;

/**
 * running: being written. done: complete. stopped: the person stopped it.
 * interrupted: the tab died while it was being written; what it had is kept.
 * error: it ended in `error`. step-limit: it used up its steps.
 */
export type MessageStatus = "running" | "done" | "stopped" | "interrupted" | "error" | "step-limit";

/** One node of a conversation's tree. An assistant message holds a whole run: every step, call and result. */
export interface Message {
  id: string;
  conversationId: string;
  /** null for the first message of a conversation. */
  parentId: string | null;
  role: "user" | "assistant";
  parts: Part[];
  status: MessageStatus;
  /** Milliseconds since 1970 UTC. */
  createdAt: number;
  /** null while running. */
  endedAt: number | null;
  /** True when a script spoke, not a model. */
  scripted?: boolean;
  /** Set when status is `error`. */
  error?: ErrorValue;
  /** The files as they were when it was sent (user) or ended (assistant); absent before the first snapshot. */
  snapshotId?: string;
  /** The workspace branch that begins with it; absent for messages that go on with their parent's. */
  branch?: string;
}

/** All text of a message, parts joined by a blank line. */
export function textOf(message: Pick<Message, "parts">): string {
  return message.parts
    .filter((part): part is TextPart => part.type === "text")
    .map((part) => part.text)
    .join("\n\n");
}
