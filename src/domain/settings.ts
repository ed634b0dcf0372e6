import { OkcvmError } from "./errors.ts";

export const ENDPOINT_KINDS = ["chat", "image", "speech", "sound", "transcription"] as const;
export type EndpointKind = (typeof ENDPOINT_KINDS)[number];

/** Where a model is reached. The key is kept apart and never part of this. */
export interface Endpoint {
  /** OpenAI-compatible base URL, ending before `/chat/completions`; "" when not set. */
  baseUrl: string;
  /** The model's name at that endpoint; "" when not set. */
  model: string;
}

export type Theme = "system" | "light" | "dark";

export const ENGINE_CHOICES = ["auto", "embedded", "webcontainer"] as const;
/** Which engine runs commands; auto: WebContainer where the server offers it and it answers, else the embedded one. */
export type EngineChoice = (typeof ENGINE_CHOICES)[number];

export interface EngineSettings {
  choice: EngineChoice;
  /** The WebContainer API key; "" for the server's. It names the page's owner and goes to the host in an address: it is no secret. */
  webcontainerKey: string;
  /** The origin of the WebContainer's host; "" for the server's. */
  webcontainerOrigin: string;
}

export interface Settings {
  endpoints: Record<EndpointKind, Endpoint>;
  /** true: the guided demo's script answers instead of a model. */
  demo: boolean;
  /** null: the prompt of the bundle in use. */
  systemPrompt: string | null;
  /** Model calls one message may take; 1 to 500. */
  maxSteps: number;
  theme: Theme;
  engine: EngineSettings;
}

/** What a caller may set. `apiKey` goes to the key store; null removes it. Fields left out stay as they are. */
export interface SettingsPatch {
  endpoints?: Partial<Record<EndpointKind, Partial<Endpoint> & { apiKey?: string | null }>>;
  demo?: boolean;
  systemPrompt?: string | null;
  maxSteps?: number;
  theme?: Theme;
  engine?: Partial<EngineSettings>;
}

/** Settings as shown: whether a key is set, never the key. */
export interface SettingsView extends Omit<Settings, "endpoints"> {
  endpoints: Record<EndpointKind, Endpoint & { hasKey: boolean }>;
}

const NO_ENDPOINT: Endpoint = { baseUrl: "", model: "" };

export const DEFAULT_SETTINGS: Settings = {
  endpoints: {
    chat: NO_ENDPOINT,
    image: NO_ENDPOINT,
    speech: NO_ENDPOINT,
    sound: NO_ENDPOINT,
    transcription: NO_ENDPOINT,
  },
  demo: false,
  systemPrompt: null,
  maxSteps: 60,
  theme: "system",
  engine: { choice: "auto", webcontainerKey: "", webcontainerOrigin: "" },
};

/** The host a base URL names, as its origin; "" for none. A key belongs to one. */
export function hostOf(endpoint: Endpoint): string {
  return endpoint.baseUrl === "" ? "" : new URL(endpoint.baseUrl).origin;
}

/** Settings with a patch laid over. Errors: `bad-arguments` with the field and what it takes; nothing is changed then. */
export function applyPatch(settings: Settings, patch: SettingsPatch): Settings {
  checkShape(patch);
  const next: Settings = { ...settings, endpoints: { ...settings.endpoints } };
  for (const [kind, endpoint] of Object.entries(patch.endpoints ?? {})) {
    if (!isEndpointKind(kind)) {
      throw bad(`endpoints.${kind} is not an endpoint. There are: ${ENDPOINT_KINDS.join(", ")}.`);
    }
    next.endpoints[kind] = patchEndpoint(kind, next.endpoints[kind], endpoint);
  }
  // Who connects a model wants it to answer, not the script.
  if (patch.endpoints?.chat?.baseUrl) next.demo = false;
  if (patch.demo !== undefined) next.demo = patch.demo;
  if (patch.systemPrompt !== undefined) next.systemPrompt = patch.systemPrompt;
  if (patch.theme !== undefined) next.theme = checkTheme(patch.theme);
  if (patch.engine !== undefined) next.engine = patchEngine(settings.engine, patch.engine);
  if (patch.maxSteps !== undefined) next.maxSteps = checkSteps(patch.maxSteps);
  return next;
}

/** A base URL in its one spelling: no slash at the end. Errors: `bad-arguments`. "" stays "". */
export function normalizeBaseUrl(text: string): string {
  const trimmed = text.trim();
  if (trimmed === "") return "";
  let url: URL;
  try {
    url = new URL(trimmed);
  } catch {
    throw bad(`"${text}" is not a URL. A base URL looks like https://api.example.com/v1`);
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw bad(`A base URL starts with https:// or http://, not ${url.protocol}`);
  }
  if (url.username || url.password) throw bad("Put the key in its own field, not in the base URL.");
  return `${url.origin}${url.pathname}`.replace(/\/+$/, "").replace(/\/chat\/completions$/, "");
}

function patchEndpoint(
  kind: EndpointKind,
  endpoint: Endpoint,
  patch: Partial<Endpoint> & { apiKey?: string | null },
): Endpoint {
  if (!isObject(patch)) throw bad(`endpoints.${kind} is an object: {baseUrl, model, apiKey}.`);
  const known = new Set(["baseUrl", "model", "apiKey"]);
  const unknown = Object.keys(patch).find((key) => !known.has(key));
  if (unknown) throw bad(`endpoints.${kind}.${unknown} is not a setting. There are: baseUrl, model, apiKey.`);
  for (const name of ["baseUrl", "model"] as const) {
    if (patch[name] !== undefined && typeof patch[name] !== "string")
      throw bad(`endpoints.${kind}.${name} is a text.`);
  }
  const { apiKey } = patch;
  if (apiKey !== undefined && apiKey !== null && typeof apiKey !== "string") {
    throw bad(`endpoints.${kind}.apiKey is a text, or null to remove the key.`);
  }
  return {
    baseUrl: patch.baseUrl === undefined ? endpoint.baseUrl : normalizeBaseUrl(patch.baseUrl),
    model: patch.model === undefined ? endpoint.model : patch.model.trim(),
  };
}

const KNOWN = new Set(["endpoints", "demo", "systemPrompt", "maxSteps", "theme", "engine"]);

/** A patch comes from programs too, so its types are checked and not only its values. */
function checkShape(patch: SettingsPatch): void {
  if (!isObject(patch)) throw bad('Settings are set with an object, for example {theme: "dark"}.');
  const unknown = Object.keys(patch).find((key) => !KNOWN.has(key));
  if (unknown) throw bad(`${unknown} is not a setting. There are: ${[...KNOWN].join(", ")}.`);
  const { endpoints, demo, systemPrompt } = patch;
  if (endpoints !== undefined && !isObject(endpoints))
    throw bad("endpoints is an object, for example {chat: {baseUrl, model}}.");
  if (demo !== undefined && typeof demo !== "boolean") throw bad("demo is true or false.");
  if (systemPrompt !== undefined && systemPrompt !== null && typeof systemPrompt !== "string") {
    throw bad("systemPrompt is a text, or null for the bundle's own.");
  }
}

function patchEngine(engine: EngineSettings, patch: Partial<EngineSettings>): EngineSettings {
  if (!isObject(patch)) throw bad("engine is an object: {choice, webcontainerKey, webcontainerOrigin}.");
  const unknown = Object.keys(patch).find((key) => !(key in engine));
  if (unknown)
    throw bad(`engine.${unknown} is not a setting. There are: choice, webcontainerKey, webcontainerOrigin.`);
  const { choice = engine.choice, webcontainerKey, webcontainerOrigin } = patch;
  if (!ENGINE_CHOICES.includes(choice))
    throw bad(`engine.choice is one of ${ENGINE_CHOICES.join(", ")}, not "${String(choice)}".`);
  return {
    choice,
    webcontainerKey: webcontainerKey === undefined ? engine.webcontainerKey : checkClientId(webcontainerKey),
    webcontainerOrigin:
      webcontainerOrigin === undefined ? engine.webcontainerOrigin : normalizeOrigin(webcontainerOrigin),
  };
}

function checkClientId(key: unknown): string {
  if (typeof key === "string" && /^[\x21-\x7e]*$/.test(key.trim())) return key.trim();
  throw bad("engine.webcontainerKey is a text of printable ASCII characters without spaces.");
}

/** "" stays "". */
function normalizeOrigin(text: unknown): string {
  const url = typeof text === "string" ? normalizeBaseUrl(text) : null;
  if (url === null || (url !== "" && new URL(url).origin !== url))
    throw bad(
      "A WebContainer host is an address with nothing after the host name, such as https://stackblitz.com",
    );
  return url;
}

function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkTheme(theme: string): Theme {
  if (theme === "system" || theme === "light" || theme === "dark") return theme;
  throw bad(`theme is one of system, light, dark, not "${theme}".`);
}

function checkSteps(steps: number): number {
  if (Number.isInteger(steps) && steps >= 1 && steps <= 500) return steps;
  throw bad(`maxSteps is a whole number from 1 to 500.`);
}

function isEndpointKind(kind: string): kind is EndpointKind {
  return ENDPOINT_KINDS.some((known) => known === kind);
}

function bad(message: string): OkcvmError {
  return new OkcvmError("bad-arguments", message);
}
