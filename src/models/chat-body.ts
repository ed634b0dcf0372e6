import { sendableArguments } from "../domain/sendable-arguments.ts";
import type { ModelContent, ModelMessage, ModelRequest } from "../ports/chat-model.ts";

/** The request body of a chat completion, as far as we fill it. */
export interface ChatBody {
  model: string;
  messages: ChatBodyMessage[];
  stream: true;
  stream_options?: { include_usage: true };
  tools?: ChatBodyTool[];
}

export type ChatBodyMessage =
  | { role: "system"; content: string }
  | { role: "user"; content: string | ChatBodyPart[] }
  | { role: "assistant"; content: string | null; tool_calls?: ChatBodyCall[]; reasoning_content?: string }
  | { role: "tool"; tool_call_id: string; content: string };

type ChatBodyPart = { type: "text"; text: string } | { type: "image_url"; image_url: { url: string } };

interface ChatBodyCall {
  id: string;
  type: "function";
  function: { name: string; arguments: string };
}

interface ChatBodyTool {
  type: "function";
  function: { name: string; description: string; parameters: Record<string, unknown> };
}

export interface ChatBodyOptions {
  model: string;
  /** Ask for token counts at the end of the stream. */
  usage: boolean;
  /** false: the model sees no pictures; a line says that one was there. */
  images: boolean;
  /** What was thought before a call, by call id, for endpoints that insist on having it back; null sends none. */
  reasoning: ((callId: string) => string) | null;
}

export function toChatBody(request: ModelRequest, options: ChatBodyOptions): ChatBody {
  const body: ChatBody = {
    model: options.model,
    messages: request.messages.flatMap((message) => toMessage(message, options)),
    stream: true,
  };
  if (options.usage) body.stream_options = { include_usage: true };
  // An empty list is refused by some endpoints.
  if (request.tools.length > 0) {
    body.tools = request.tools.map(({ name, description, parameters }) => ({
      type: "function",
      function: { name, description, parameters },
    }));
  }
  return body;
}

function toMessage(message: ModelMessage, options: ChatBodyOptions): ChatBodyMessage[] {
  switch (message.role) {
    case "system":
      return [{ role: "system", content: message.content }];
    case "user":
      return [
        {
          role: "user",
          content: toContent(options.images ? message.content : message.content.map(withoutImage)),
        },
      ];
    case "tool":
      return [{ role: "tool", tool_call_id: message.callId, content: message.content }];
    case "assistant":
      return toAssistant(message, options.reasoning);
  }
}

function toAssistant(
  message: Extract<ModelMessage, { role: "assistant" }>,
  reasoning: ChatBodyOptions["reasoning"],
): ChatBodyMessage[] {
  const first = message.calls[0];
  if (!first) {
    // An assistant message that says nothing is refused by some endpoints.
    return message.content === "" ? [] : [{ role: "assistant", content: message.content }];
  }
  const calls = message.calls.map((call) => ({
    id: call.callId,
    type: "function" as const,
    function: { name: call.name, arguments: sendableArguments(call.arguments) },
  }));
  return [
    {
      role: "assistant",
      content: message.content === "" ? null : message.content,
      tool_calls: calls,
      ...(reasoning ? { reasoning_content: reasoning(first.callId) } : {}),
    },
  ];
}

function withoutImage(part: ModelContent): ModelContent {
  return part.type === "text" ? part : { type: "text", text: "[A picture, which this model cannot see.]" };
}

/** Text alone goes as a string, which every endpoint takes. */
function toContent(content: ModelContent[]): string | ChatBodyPart[] {
  if (content.every((part) => part.type === "text")) return content.map((part) => part.text).join("\n\n");
  return content.map((part) =>
    part.type === "text" ? part : { type: "image_url", image_url: { url: part.dataUrl } },
  );
}
