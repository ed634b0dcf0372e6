import type { ToolCallPart } from "../domain/message.ts";

const MAX_LENGTH = 120;
/** Arguments that say best what a call was about, in this order. */
const TELLING = ["file_path", "path", "command", "site_dir", "dir", "url", "query", "name"];

/** A call in a few words: the tool's short name, and the argument that says most. */
export function callSummary(call: Pick<ToolCallPart, "name" | "arguments">): string {
  const name = call.name.replace(/^mshtools-/, "");
  const line = `${name} ${tellingArgument(call.arguments)}`.replaceAll(/\s+/g, " ").trim();
  const characters = [...line];
  return characters.length <= MAX_LENGTH ? line : `${characters.slice(0, MAX_LENGTH - 1).join("")}…`;
}

function tellingArgument(text: string): string {
  let args: unknown;
  try {
    args = JSON.parse(text);
  } catch {
    // Arguments that had to be repaired: the name says enough.
    return "";
  }
  if (typeof args !== "object" || args === null) return "";
  for (const name of TELLING) {
    const value = (args as Record<string, unknown>)[name];
    if (typeof value === "string" && value !== "") return value;
  }
  return "";
}
