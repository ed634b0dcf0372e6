/** A tool call a scripted model makes. */
export interface ScriptedCall {
  /** Left out: the dialect makes one, or sends none. */
  id?: string;
  name: string;
  /** An object is sent as JSON; a string as it is, broken JSON included. */
  arguments: Record<string, unknown> | string;
}

export interface ScriptedUsage {
  input: number;
  output: number;
  cached?: number;
  reasoning?: number;
}

/** The servers whose ways of streaming can be spoken. */
export const DIALECTS = [
  "openai",
  "moonshot",
  "openrouter",
  "deepseek",
  "ollama",
  "vllm",
  "lm-studio",
  "azure",
] as const;
export type Dialect = (typeof DIALECTS)[number];

/** What the scripted model says to one request. */
export interface ScriptedReply {
  dialect?: Dialect;
  text?: string;
  reasoning?: string;
  calls?: ScriptedCall[];
  usage?: ScriptedUsage;
  /** Left out: what the dialect ends with. */
  finish?: string;
  /** Milliseconds before each chunk. */
  chunkDelayMs?: number;
  /** Characters per piece of text, reasoning and arguments; 8 when left out. */
  pieceLength?: number;
  /** Raw server-sent events in place of everything above. */
  chunks?: string[];
  /** Close the connection after this many chunks, with no finish and no [DONE]. */
  cutAfter?: number;
  /** Send this many chunks, then nothing more while the connection stays open. */
  hangAfter?: number;
  /** Write the body in pieces of random sizes, which do not respect lines or characters. Repeatable by its seed. */
  splitSeed?: number;
}

/** An answer that is no stream. */
export interface ScriptedFault {
  status: number;
  headers?: Record<string, string>;
  /** An object is sent as JSON. */
  body?: unknown;
}

/** "hang" accepts the request and never answers; "reset" closes the connection without an answer. */
export type Scripted = ScriptedReply | ScriptedFault | "hang" | "reset";

export function isFault(scripted: Scripted): scripted is ScriptedFault {
  return typeof scripted === "object" && "status" in scripted;
}
