/** A model provider a person can start from. */
export interface ModelPreset {
  id: string;
  label: string;
  /** OpenAI-compatible base URL; "" for the person's own. */
  baseUrl: string;
  /** A model that exists there, to begin with; "" when it depends on the person's machine or provider. */
  exampleModel: string;
  needsKey: boolean;
  /** Where a key is made. */
  keyUrl?: string;
  /** What a person should know before the first call. */
  note?: string;
}

export const MODEL_PRESETS: readonly ModelPreset[] = [
  {
    id: "openai",
    label: "OpenAI",
    baseUrl: "https://api.openai.com/v1",
    exampleModel: "gpt-4.1",
    needsKey: true,
    keyUrl: "https://platform.openai.com/api-keys",
  },
  {
    id: "moonshot",
    label: "Moonshot AI (Kimi)",
    baseUrl: "https://api.moonshot.ai/v1",
    exampleModel: "kimi-k2.5",
    needsKey: true,
    keyUrl: "https://platform.moonshot.ai/console/api-keys",
    note: "For accounts outside mainland China. Keys of the two Moonshot sites are not interchangeable.",
  },
  {
    id: "moonshot-cn",
    label: "Moonshot AI (Kimi), China",
    baseUrl: "https://api.moonshot.cn/v1",
    exampleModel: "kimi-k2.5",
    needsKey: true,
    keyUrl: "https://platform.moonshot.cn/console/api-keys",
    note: "For accounts in mainland China. Keys of the two Moonshot sites are not interchangeable.",
  },
  {
    id: "openrouter",
    label: "OpenRouter",
    baseUrl: "https://openrouter.ai/api/v1",
    exampleModel: "moonshotai/kimi-k2.5",
    needsKey: true,
    keyUrl: "https://openrouter.ai/settings/keys",
    note: "Choose a model that supports tools.",
  },
  {
    id: "deepseek",
    label: "DeepSeek",
    baseUrl: "https://api.deepseek.com/v1",
    exampleModel: "deepseek-chat",
    needsKey: true,
    keyUrl: "https://platform.deepseek.com/api_keys",
  },
  {
    id: "ollama",
    label: "Ollama on this computer",
    baseUrl: "http://localhost:11434/v1",
    exampleModel: "qwen3",
    needsKey: false,
    note: "Start Ollama with OLLAMA_ORIGINS set to this page's origin, pull a model that supports tools, and give it a context of 16,000 tokens or more: Ollama's small default cuts the prompt silently.",
  },
  {
    id: "lm-studio",
    label: "LM Studio on this computer",
    baseUrl: "http://localhost:1234/v1",
    exampleModel: "",
    needsKey: false,
    note: "Start its local server and turn on CORS in the server settings. The model's name is the one LM Studio shows for the loaded model.",
  },
  {
    id: "custom",
    label: "Any OpenAI-compatible endpoint",
    baseUrl: "",
    exampleModel: "",
    needsKey: false,
    note: "The base URL ends before /chat/completions, most often in /v1.",
  },
];
