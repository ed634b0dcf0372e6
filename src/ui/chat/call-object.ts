import type { ToolCallPart } from "../../domain/message.ts";
import { baseName } from "../../domain/paths.ts";

/** The argument a call is about, by tool. Tools that are not named here show none. */
const OBJECT_FIELDS: Record<string, readonly string[]> = {
  "mshtools-ipython": ["code"],
  "mshtools-read_file": ["file_path"],
  "mshtools-edit_file": ["file_path"],
  "mshtools-write_file": ["file_path"],
  "mshtools-slides_generator": ["file_path"],
  "mshtools-shell": ["command"],
  "mshtools-browser_visit": ["url", "citation_id"],
  "mshtools-browser_find": ["keyword"],
  "mshtools-web_search": ["queries"],
  "mshtools-image_search": ["queries"],
  "mshtools-generate_image": ["output_file"],
  "mshtools-generate_speech": ["output_path"],
  "mshtools-generate_sound_effects": ["output_path"],
  "mshtools-get_data_source_desc": ["data_source_name"],
  "mshtools-get_data_source": ["data_source_name", "api_name"],
  "mshtools-deploy_website": ["local_dir"],
};

const PATH_FIELDS = new Set(["file_path", "output_file", "output_path", "local_dir"]);
const MAX = 120;
const CELL_TOOL = "mshtools-ipython";

/** True for a call that has run Python, or runs it: its card shows a notebook's cell. */
export function isCell(call: ToolCallPart): boolean {
  return call.name === CELL_TOOL && call.state.status !== "pending";
}

/** The snapshot that holds what a call changed; undefined when it changed no file. */
export function snapshotOf(call: ToolCallPart): string | undefined {
  return call.state.status === "done" ? call.state.snapshotId : undefined;
}

/** Arguments as the model wrote them, read as JSON; null while they are cut short or not an object. */
export function readArguments(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    // Still arriving, or broken by the model: the card shows the text as it is.
    return null;
  }
}

/** What a call works on, in one line: a command, a file's name, a search. "" when it cannot be told. */
export function callObject(name: string, argumentsText: string): string {
  const whole = readArguments(argumentsText);
  for (const field of OBJECT_FIELDS[name] ?? []) {
    const value = whole ? whole[field] : partialString(argumentsText, field);
    const shown = Array.isArray(value) ? value.filter((one) => typeof one === "string").join(", ") : value;
    if (typeof shown !== "string" || shown.trim() === "") continue;
    if (PATH_FIELDS.has(field)) return oneLine(baseName(shown.replace(/\/+$/, "")));
    // A cell is many statements: together in one line they cannot be read.
    return oneLine(name === CELL_TOOL ? shown.trim().replace(/\n[^]*/, "") : shown);
  }
  return "";
}

/** A string field of JSON that is cut short; undefined until it is closed. */
function partialString(text: string, field: string): string | undefined {
  const match = new RegExp(`"${field}"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`).exec(text);
  if (!match?.[1]) return undefined;
  try {
    const value: unknown = JSON.parse(match[1]);
    return typeof value === "string" ? value : undefined;
  } catch {
    // An escape the model got wrong.
    return undefined;
  }
}

function oneLine(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, " ");
  return line.length <= MAX ? line : `${line.slice(0, MAX - 1)}…`;
}

/** What a call is spoken of as: a restart alone runs nothing. */
export function callVerb(call: ToolCallPart, object: string): string {
  const restarts = call.name === CELL_TOOL && object === "" && /"restart"\s*:\s*true/.test(call.arguments);
  return restarts ? "python-restart" : call.name;
}

/** Arguments for reading: indented JSON, or the text as it came. */
export function prettyArguments(text: string): string {
  const whole = readArguments(text);
  return whole ? JSON.stringify(whole, null, 2) : text;
}
