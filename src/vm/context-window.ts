import type { ModelMessage } from "../ports/chat-model.ts";

/** Used when the endpoint does not say how much its model reads. Tokens. */
export const DEFAULT_WINDOW = 120_000;
/** What one picture is counted as. Tokens. */
const IMAGE_TOKENS = 1_200;
/** Newest tool output that is left alone, as a share of the window. */
const PROTECTED_SHARE = 1 / 3;
/** Output shorter than this is not worth removing. Characters. */
const WORTH_REMOVING = 400;

/** A rough count: four Latin characters a token, one and a half CJK ones. */
export function estimateTokens(message: ModelMessage): number {
  if (message.role === "user") {
    return message.content.reduce(
      (sum, part) => sum + (part.type === "text" ? textTokens(part.text) : IMAGE_TOKENS),
      4,
    );
  }
  const calls = message.role === "assistant" ? message.calls : [];
  return calls.reduce(
    (sum, call) => sum + textTokens(call.name) + textTokens(call.arguments) + 8,
    textTokens(message.content) + 4,
  );
}

/**
 * Messages that fit a window: old tool output, long arguments of old calls and
 * old pictures go first, then the oldest exchanges, with a note in their place. The system message and
 * the newest exchange always stay. No call is left without its result.
 */
export function fitToWindow(messages: ModelMessage[], window: number): ModelMessage[] {
  if (total(messages) <= window) return messages;
  const pruned = pruneOutputs(messages, window);
  return total(pruned) <= window ? pruned : dropExchanges(pruned, window, exchangeStarts(messages));
}

function pruneOutputs(messages: ModelMessage[], window: number): ModelMessage[] {
  const out = [...messages];
  let excess = total(messages) - window;
  let protectedLeft = window * PROTECTED_SHARE;
  const prunable: number[] = [];
  for (let index = messages.length - 1; index >= 0; index--) {
    const message = messages[index];
    if (!message || !isBulk(message)) continue;
    protectedLeft -= estimateTokens(message);
    if (protectedLeft < 0) prunable.push(index);
  }
  for (const index of prunable.toReversed()) {
    const message = messages[index];
    if (!message || excess <= 0) break;
    const short = shortened(message);
    excess -= estimateTokens(message) - estimateTokens(short);
    out[index] = short;
  }
  return out;
}

/** The same call with its long texts left out; still JSON, as endpoints demand. */
function shortArguments(text: string): string {
  if (text.length <= WORTH_REMOVING) return text;
  const note = (length: number): string => `[${length} characters removed to save room]`;
  try {
    return JSON.stringify(JSON.parse(text), (_key, value: unknown) =>
      typeof value === "string" && value.length > WORTH_REMOVING / 2 ? note(value.length) : value,
    );
  } catch {
    // Never was JSON: all that can be said is how long it was.
    return JSON.stringify({ unreadable_arguments: note(text.length) });
  }
}

function isBulk(message: ModelMessage): boolean {
  if (message.role === "tool") return message.content.length > WORTH_REMOVING;
  if (message.role === "assistant")
    return message.calls.some((call) => call.arguments.length > WORTH_REMOVING);
  return message.role === "user" && message.content.some((part) => part.type === "image");
}

function shortened(message: ModelMessage): ModelMessage {
  if (message.role === "tool") {
    return {
      ...message,
      content: `[Output of ${message.content.length} characters removed to save room. Run the tool again if you need it.]`,
    };
  }
  if (message.role === "assistant") {
    return {
      ...message,
      calls: message.calls.map((call) => ({ ...call, arguments: shortArguments(call.arguments) })),
    };
  }
  if (message.role !== "user") return message;
  return {
    ...message,
    content: message.content.map((part) =>
      part.type === "image" ? { type: "text", text: "[Picture removed to save room.]" } : part,
    ),
  };
}

function dropExchanges(messages: ModelMessage[], window: number, starts: number[]): ModelMessage[] {
  const system = messages[0]?.role === "system" ? [messages[0]] : [];
  const keptFrom = (start: number): ModelMessage[] => [
    ...system,
    dropNote(start - system.length),
    ...messages.slice(start),
  ];
  const [first = 0, ...later] = starts;
  let size = total(messages);
  let from = first;
  for (const start of later) {
    size -= total(messages.slice(from, start));
    from = start;
    if (size + estimateTokens(dropNote(start)) <= window) return keptFrom(start);
  }
  return from === first ? messages : keptFrom(from);
}

/** Where the person's own messages stand; the pictures that follow tool results are none. */
function exchangeStarts(messages: ModelMessage[]): number[] {
  return messages.flatMap((message, index) => {
    if (message.role !== "user") return [];
    const isPictures =
      messages[index - 1]?.role === "tool" && message.content.some((part) => part.type === "image");
    return isPictures ? [] : [index];
  });
}

function dropNote(count: number): ModelMessage {
  return {
    role: "user",
    content: [
      {
        type: "text",
        text: `[${count} earlier messages were left out to save room. Files and the todo list are as they were left.]`,
      },
    ],
  };
}

function total(messages: ModelMessage[]): number {
  return messages.reduce((sum, message) => sum + estimateTokens(message), 0);
}

function textTokens(text: string): number {
  let wide = 0;
  for (const character of text) {
    if (character >= "\u2e80") wide++;
  }
  return Math.ceil((text.length - wide) / 4 + wide / 1.5);
}
