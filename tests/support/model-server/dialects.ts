import type { Dialect, ScriptedCall, ScriptedReply, ScriptedUsage } from "./reply.ts";

type Json = Record<string, unknown>;

/** Turns a reply into the server-sent events its dialect would send, the [DONE] mark included. */
export function writeDialect(reply: ScriptedReply, model: string): string[] {
  const write = WRITERS[reply.dialect ?? "openai"];
  return [...write({ reply, model }), "data: [DONE]\n\n"];
}

interface Writing {
  reply: ScriptedReply;
  model: string;
}

const WRITERS: Record<Dialect, (writing: Writing) => string[]> = {
  openai: writeOpenAi,
  moonshot: writeMoonshot,
  openrouter: writeOpenRouter,
  deepseek: writeDeepSeek,
  ollama: writeOllama,
  vllm: writeVllm,
  "lm-studio": writeLmStudio,
  azure: writeAzure,
};

function writeOpenAi({ reply, model }: Writing): string[] {
  const say = (delta: Json, finish: string | null = null) =>
    chunk(model, { choices: [choice(delta, finish)], usage: null });
  return [
    say({ role: "assistant", content: "", refusal: null }),
    ...pieces(reply.text, reply).map((text) => say({ content: text })),
    ...callChunks(reply).map((call) => say({ tool_calls: [call] })),
    say({}, finishOf(reply)),
    ...(reply.usage ? [chunk(model, { choices: [], usage: usage(reply.usage) })] : []),
  ];
}

/** Moonshot: thoughts in reasoning_content, call ids of its own form, usage inside the last choice. */
function writeMoonshot({ reply, model }: Writing): string[] {
  const named = withIds(reply, (call, index) => `functions.${call.name}:${index}`);
  const say = (delta: Json) => chunk(model, { choices: [choice(delta, null)] });
  const last = {
    ...choice({}, finishOf(reply)),
    ...(reply.usage ? { usage: { ...usage(reply.usage), cached_tokens: reply.usage.cached ?? 0 } } : {}),
  };
  return [
    say({ role: "assistant", content: "" }),
    ...pieces(reply.reasoning, reply).map((text) => say({ reasoning_content: text })),
    ...pieces(reply.text, reply).map((text) => say({ content: text })),
    ...callChunks(named).map((call) => say({ tool_calls: [call] })),
    chunk(model, { choices: [last] }),
  ];
}

/** OpenRouter: comment lines while it waits, thoughts twice in each chunk, usage beside an empty last choice. */
function writeOpenRouter({ reply, model }: Writing): string[] {
  const say = (delta: Json, finish: string | null = null) =>
    chunk(model, {
      provider: "Someone",
      choices: [{ ...choice(delta, finish), native_finish_reason: finish }],
    });
  const waiting = ": OPENROUTER PROCESSING\n\n";
  return [
    waiting,
    waiting,
    ...pieces(reply.reasoning, reply).map((text) =>
      say({
        role: "assistant",
        content: "",
        reasoning: text,
        reasoning_details: [{ type: "reasoning.text", text, index: 0 }],
      }),
    ),
    ...pieces(reply.text, reply).flatMap((text) => [say({ role: "assistant", content: text }), waiting]),
    ...callChunks(reply).map((call) => say({ role: "assistant", content: null, tool_calls: [call] })),
    say({ role: "assistant", content: "" }, finishOf(reply)),
    ...(reply.usage
      ? [
          chunk(model, {
            choices: [choice({ role: "assistant", content: "" }, null)],
            usage: usage(reply.usage),
          }),
        ]
      : []),
  ];
}

/** DeepSeek: every delta has both fields, one of them null; usage in the finishing chunk. */
function writeDeepSeek({ reply, model }: Writing): string[] {
  const say = (delta: Json) => chunk(model, { choices: [choice(delta, null)] });
  const counts = reply.usage
    ? {
        ...usage(reply.usage),
        prompt_cache_hit_tokens: reply.usage.cached ?? 0,
        prompt_tokens_details: undefined,
      }
    : null;
  return [
    say({ role: "assistant", content: null, reasoning_content: "" }),
    ...pieces(reply.reasoning, reply).map((text) => say({ content: null, reasoning_content: text })),
    ...pieces(reply.text, reply).map((text) => say({ content: text, reasoning_content: null })),
    ...callChunks(reply).map((call) => say({ tool_calls: [call] })),
    chunk(model, {
      choices: [choice({ content: "", reasoning_content: null }, finishOf(reply))],
      usage: counts,
    }),
  ];
}

/** Ollama: each call whole in one chunk, without index and id, its arguments an object; thoughts in tags. */
function writeOllama({ reply, model }: Writing): string[] {
  const say = (delta: Json, finish: string | null = null) =>
    chunk(model, { choices: [choice({ role: "assistant", ...delta }, finish)] });
  const text = `${reply.reasoning ? `<think>\n${reply.reasoning}\n</think>\n\n` : ""}${reply.text ?? ""}`;
  const calls = (reply.calls ?? []).map((call) => ({
    id: call.id ?? "",
    type: "function",
    function: { name: call.name, arguments: call.arguments },
  }));
  return [
    ...pieces(text, reply).map((piece) => say({ content: piece })),
    ...calls.map((call) => say({ content: "", tool_calls: [call] })),
    say({ content: "" }, reply.finish ?? "stop"),
    ...(reply.usage ? [chunk(model, { choices: [], usage: usage(reply.usage) })] : []),
  ];
}

/** vLLM: the call's id, type and name repeated in each of its chunks; an extra stop_reason. */
function writeVllm({ reply, model }: Writing): string[] {
  const say = (delta: Json, finish: string | null = null) =>
    chunk(model, { choices: [{ ...choice(delta, finish), stop_reason: null }] });
  const calls = (reply.calls ?? []).flatMap((call, index) => {
    const id = call.id ?? `chatcmpl-tool-${index}f3`;
    const parts = ["", ...pieces(argumentsOf(call), reply)];
    return parts.map((part) => ({
      index,
      id,
      type: "function",
      function: { name: call.name, arguments: part },
    }));
  });
  return [
    say({ role: "assistant", content: "" }),
    ...pieces(reply.reasoning, reply).map((text) => say({ reasoning_content: text })),
    ...pieces(reply.text, reply).map((text) => say({ content: text })),
    ...calls.map((call) => say({ tool_calls: [call] })),
    say({ content: "" }, finishOf(reply)),
    ...(reply.usage ? [chunk(model, { choices: [], usage: usage(reply.usage) })] : []),
  ];
}

/** LM Studio: a call's name in pieces, and "stop" though there are calls. */
function writeLmStudio({ reply, model }: Writing): string[] {
  const say = (delta: Json, finish: string | null = null) =>
    chunk(model, { choices: [{ ...choice(delta, finish), logprobs: null }] });
  const calls = (reply.calls ?? []).flatMap((call, index) => {
    const half = Math.ceil(call.name.length / 2);
    const names = [call.name.slice(0, half), call.name.slice(half)].filter((part) => part !== "");
    return [
      ...names.map((name, place) => ({
        index,
        ...(place === 0 ? { id: call.id ?? `${431_000_000 + index}`, type: "function" } : {}),
        function: { name, arguments: "" },
      })),
      ...pieces(argumentsOf(call), reply).map((part) => ({ index, function: { arguments: part } })),
    ];
  });
  return [
    ...pieces(reply.text, reply).map((text) => say({ role: "assistant", content: text })),
    ...calls.map((call) => say({ tool_calls: [call] })),
    say({}, reply.finish ?? "stop"),
    ...(reply.usage ? [chunk(model, { choices: [], usage: usage(reply.usage) })] : []),
  ];
}

/** Azure: a first chunk with filter results and no choice, and a later one without the list at all. */
function writeAzure(writing: Writing): string[] {
  const [first = "", ...rest] = writeOpenAi(writing);
  const filters = { hate: { filtered: false, severity: "safe" } };
  return [
    chunk("", {
      id: "",
      object: "",
      created: 0,
      choices: [],
      prompt_filter_results: [{ prompt_index: 0, content_filter_results: filters }],
    }),
    first,
    `data: ${JSON.stringify({ id: "", object: "", created: 0, model: "" })}\n\n`,
    ...rest,
  ];
}

function chunk(model: string, fields: Json): string {
  return `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_700_000_000, model, ...fields })}\n\n`;
}

function choice(delta: Json, finish: string | null): Json {
  return { index: 0, delta, finish_reason: finish };
}

function usage(counts: ScriptedUsage): Json {
  return {
    prompt_tokens: counts.input,
    completion_tokens: counts.output,
    total_tokens: counts.input + counts.output,
    ...(counts.cached === undefined ? {} : { prompt_tokens_details: { cached_tokens: counts.cached } }),
    ...(counts.reasoning === undefined
      ? {}
      : { completion_tokens_details: { reasoning_tokens: counts.reasoning } }),
  };
}

function finishOf(reply: ScriptedReply): string {
  return reply.finish ?? (reply.calls && reply.calls.length > 0 ? "tool_calls" : "stop");
}

function argumentsOf(call: ScriptedCall): string {
  return typeof call.arguments === "string" ? call.arguments : JSON.stringify(call.arguments);
}

/** A call's head with id and name, then its arguments in pieces, as OpenAI streams it. */
function callChunks(reply: ScriptedReply): Json[] {
  return (reply.calls ?? []).flatMap((call, index): Json[] => [
    {
      index,
      id: call.id ?? `call_${index}_${call.name.length}`,
      type: "function",
      function: { name: call.name, arguments: "" },
    },
    ...pieces(argumentsOf(call), reply).map((part) => ({ index, function: { arguments: part } })),
  ]);
}

function withIds(reply: ScriptedReply, idOf: (call: ScriptedCall, index: number) => string): ScriptedReply {
  return {
    ...reply,
    calls: (reply.calls ?? []).map((call, index) => ({ ...call, id: call.id ?? idOf(call, index) })),
  };
}

function pieces(text: string | undefined, reply: ScriptedReply): string[] {
  const length = reply.pieceLength ?? 8;
  const characters = [...(text ?? "")];
  const parts: string[] = [];
  for (let from = 0; from < characters.length; from += length)
    parts.push(characters.slice(from, from + length).join(""));
  return parts;
}
