/**
 * How endpoints word "the request is longer than the model takes". There is no
 * shared code for it, so the words are all there is to go by.
 */
const OVERFLOW_WORDS: readonly RegExp[] = [
  // OpenAI, Azure, DeepSeek, vLLM, OpenRouter, Fireworks
  /context[_ ]length[_ ]exceeded/i,
  /maximum context length/i,
  /exceeds? the (model'?s? )?(maximum )?context (window|length|size|limit)/i,
  /context (window|length|size|limit) (is |was |has been )?exceed(s|ed)/i,
  // Anthropic, Ollama
  /prompt (is )?too long/i,
  /exceeds? (the )?context limit/i,
  // Google
  /input token count.{0,60}exceeds/i,
  // Bedrock
  /input is too long/i,
  // xAI
  /maximum prompt length/i,
  // Groq, Cerebras
  /reduce the length of (the|your) (messages|prompt|input)/i,
  // llama.cpp
  /available context size/i,
  /exceed_context_size/i,
  // LM Studio
  /(initial prompt|tokens to keep).{0,80}context length/i,
  /context (the )?overflow/i,
  // Moonshot
  /exceeded model token limit/i,
  // gateways
  /prompt token count.{0,60}exceeds/i,
  /token (count|limit) (is )?exceed(s|ed)/i,
  // Mistral
  /too large for model with \d+ maximum/i,
  // Zhipu
  /prompt exceeds max(imum)? length/i,
  /context_window_exceeded/i,
  // vLLM, SGLang
  /longer than the (maximum )?(model'?s? )?(model |context )?length/i,
  // Qwen
  /range of input length should be/i,
  // Text Generation Inference
  /`?inputs`? tokens \+ `?max_new_tokens`? must be/i,
  // Cohere
  /too many tokens/i,
  // SiliconFlow
  /must be less than max_seq_len/i,
  // Volcengine
  /exceed max message tokens/i,
  // OpenAI, when one request is over the tokens-per-minute limit: waiting cannot help
  /request too large for/i,
];

/** Whether an endpoint's message says that the request is longer than the model takes. */
export function saysContextOverflow(message: string): boolean {
  return OVERFLOW_WORDS.some((words) => words.test(message));
}
