import { OkcvmError } from "../domain/errors.ts";

/**
 * Arguments as a model wrote them. Accepts an object, JSON text, JSON text in a
 * string of JSON, JSON in a code fence, and JSON with raw line breaks or tabs
 * inside strings. Text that was cut short is not guessed at: half a file must
 * not be written. Errors: `bad-json`.
 */
export function parseArguments(args: unknown): unknown {
  if (typeof args !== "string") return args;
  const text = stripFence(args.trim());
  if (text === "") return {};
  const parsed = parse(text) ?? parse(escapeControls(text));
  if (!parsed) {
    throw new OkcvmError(
      "bad-json",
      `The arguments are not valid JSON (${jsonProblem(text)}). Send the call again with complete, valid JSON.`,
    );
  }
  return typeof parsed.value === "string" ? parseArguments(parsed.value) : parsed.value;
}

function parse(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    // The caller tries another reading, then reports.
    return null;
  }
}

function stripFence(text: string): string {
  const match = /^```(?:json)?\s*\n([\s\S]*?)\n?```$/.exec(text);
  return match?.[1]?.trim() ?? text;
}

/** Line breaks and tabs inside JSON strings, escaped. */
function escapeControls(text: string): string {
  let inString = false;
  let escaped = false;
  let out = "";
  for (const character of text) {
    if (inString && !escaped && character < " ") {
      out += `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
      continue;
    }
    if (character === '"' && !escaped) inString = !inString;
    escaped = inString && character === "\\" && !escaped;
    out += character;
  }
  return out;
}

function jsonProblem(text: string): string {
  try {
    JSON.parse(text);
    return "unknown problem";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
