import type { Message, ToolCallPart } from "./message.ts";
import { restoreOutputs, type Cell, type CellOutput } from "./notebook.ts";
import type { NotebookNote } from "./notebook-file.ts";

const CELL_TOOL = "mshtools-ipython";

/** The cell a call ran, with what it has shown so far and its images in place; null for one of another tool or not begun. */
export function cellOf(call: ToolCallPart): Cell | null {
  const { state } = call;
  if (call.name !== CELL_TOOL || state.status === "pending") return null;
  const { code } = argumentsOf(call);
  if (state.status === "running") return { code, executionCount: null, outputs: printed(state.output) };
  const { data, content, output, ok } = state.result;
  const told = readData(data);
  // Refused before it ran, or from a program that sends text alone.
  if (!told) return { code, executionCount: null, outputs: printed(output, ok ? "stdout" : "stderr") };
  const images = (content ?? []).flatMap((part) => (part.type === "image" ? [part] : []));
  return { code, executionCount: told.executionCount, outputs: restoreOutputs(told.outputs, images) };
}

/** True when a message holds Python: `cellsOf` finds some. */
export function hasCell(message: Message): boolean {
  return message.parts.some((part) => part.type === "tool-call" && cellOf(part) !== null);
}

/** Every cell of a branch, in order; `restarted` is said where the interpreter began anew. */
export function cellsOf(messages: readonly Message[], restarted: string): (Cell | NotebookNote)[] {
  const note = { markdown: restarted };
  return messages.flatMap((message) =>
    message.parts.flatMap((part) => {
      const cell = part.type === "tool-call" ? cellOf(part) : null;
      if (part.type !== "tool-call" || !cell) return [];
      const before = argumentsOf(part).restart ? [note] : [];
      // It stopped in the middle of this cell and was started anew.
      const after = part.state.status === "done" && hasDied(part.state.result) ? [note] : [];
      return [...before, ...(cell.code.trim() === "" ? [] : [cell]), ...after];
    }),
  );
}

function hasDied({ data, error }: { data?: unknown; error?: { code: string } }): boolean {
  return error?.code === "engine-failed" && readData(data) !== null;
}

function printed(text: string, name: "stdout" | "stderr" = "stdout"): CellOutput[] {
  return text === "" ? [] : [{ output_type: "stream", name, text }];
}

/** What a call asks for; arguments that are no JSON are taken for the code, so that nothing is hidden. */
function argumentsOf(call: ToolCallPart): { code: string; restart: boolean } {
  let value: unknown;
  try {
    value = JSON.parse(call.arguments);
  } catch {
    // Cut short by a stop, or repaired when it ran.
    return { code: call.arguments, restart: false };
  }
  const { code, restart } = isFields(value) ? value : {};
  return { code: typeof code === "string" ? code : "", restart: restart === true || restart === "true" };
}

function readData(data: unknown): { executionCount: number | null; outputs: CellOutput[] } | null {
  if (!isFields(data) || !Array.isArray(data["outputs"])) return null;
  const count = data["executionCount"];
  return {
    executionCount: typeof count === "number" ? count : null,
    outputs: data["outputs"].filter(isOutput),
  };
}

/** A message may come from another version of this app. */
function isOutput(value: unknown): value is CellOutput {
  if (!isFields(value)) return false;
  const { output_type: type, text, traceback, data } = value;
  if (type === "stream") return typeof text === "string";
  if (type === "error") return Array.isArray(traceback);
  return (type === "display_data" || type === "execute_result") && isFields(data);
}

function isFields(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
