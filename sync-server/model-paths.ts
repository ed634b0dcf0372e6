import { decodePercent } from "./parse.ts";

/** What the model proxy forwards: exact paths below a provider's base URL, and the method each takes. */
const METHODS: Readonly<Record<string, "GET" | "POST">> = {
  models: "GET",
  "chat/completions": "POST",
  "images/generations": "POST",
  "images/edits": "POST",
  "audio/speech": "POST",
  "audio/transcriptions": "POST",
  embeddings: "POST",
};

/** One segment of a model's name, decoded: it starts with a letter or digit, so it is never a dot segment. */
const MODEL_SEGMENT = /^[A-Za-z0-9][\w.:@+~-]*$/;
const MAX_MODEL_SEGMENTS = 4;

/** A request the proxy knows. `path` is as the client wrote it, without a slash at its start. */
export interface ModelPath {
  provider: string;
  path: string;
  method: "GET" | "POST";
  /** The path for a log: a model's name is left out of it. */
  label: string;
}

/** Reads the raw, still percent-encoded pathname of a URL. null for anything that is not on the list. */
export function parseModelPath(pathname: string): ModelPath | null {
  const [, provider = "", path = ""] = /^\/v1\/model\/([^/%]+)\/(.+)$/.exec(pathname) ?? [];
  if (Object.hasOwn(METHODS, path)) {
    return { provider, path, method: METHODS[path] ?? "GET", label: path };
  }
  if (!path.startsWith("models/")) return null;
  const segments = path.slice("models/".length).split("/");
  if (segments.length > MAX_MODEL_SEGMENTS || !segments.every(isModelSegment)) return null;
  return { provider, path, method: "GET", label: "models/*" };
}

function isModelSegment(segment: string): boolean {
  const name = decodePercent(segment);
  return name !== null && MODEL_SEGMENT.test(name);
}
