/** A model provider this server forwards to. */
export interface Provider {
  /** `[a-z0-9-]{1,32}`; the name in `/v1/model/<name>/…`. */
  name: string;
  /** Absolute http or https URL with no slash at its end. */
  baseUrl: string;
  /** A key the server holds; null when callers bring their own. Never logged, never sent to a client. */
  key: string | null;
}

/** Providers that work without any configuration: callers bring their own keys. */
export const BUILT_IN_PROVIDERS: Readonly<Record<string, string>> = {
  openai: "https://api.openai.com/v1",
  moonshot: "https://api.moonshot.ai/v1",
  "moonshot-cn": "https://api.moonshot.cn/v1",
  openrouter: "https://openrouter.ai/api/v1",
  deepseek: "https://api.deepseek.com/v1",
};

/** The prefix of the variables that hold keys. */
export const KEY_PREFIX = "OKCVM_MODEL_KEY_";

/** The variable that holds a provider's key: `moonshot-cn` -> `OKCVM_MODEL_KEY_MOONSHOT_CN`. */
export function keyVariable(provider: string): string {
  return KEY_PREFIX + provider.toUpperCase().replaceAll("-", "_");
}
