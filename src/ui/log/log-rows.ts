import type { Message, StepPart, ToolCallPart } from "../../domain/message.ts";

/** One line of the log. */
export type LogRow =
  | { kind: "model"; key: string; at: number; step: StepPart }
  | { kind: "tool"; key: string; at: number; call: ToolCallPart };

/** Every model call and tool call of the messages, in the order they began. */
export function toLogRows(messages: readonly Message[]): LogRow[] {
  const rows = messages.flatMap((message) =>
    message.parts.flatMap((part, index) => toRow(message, part, index)),
  );
  return rows.toSorted((a, b) => a.at - b.at);
}

function toRow(message: Message, part: Message["parts"][number], index: number): LogRow[] {
  const key = `${message.id}-${index}`;
  if (part.type === "step") return [{ kind: "model", key, at: part.startedAt, step: part }];
  if (part.type !== "tool-call" || part.state.status === "pending") return [];
  return [{ kind: "tool", key, at: part.state.startedAt, call: part }];
}

/** Rows whose name, arguments or outcome hold the words; `kinds` narrows to one kind. */
export function filterRows(rows: readonly LogRow[], query: string, kind: LogRow["kind"] | "all"): LogRow[] {
  const wanted = query.trim().toLocaleLowerCase();
  return rows.filter((row) => {
    if (kind !== "all" && row.kind !== kind) return false;
    return wanted === "" || searchText(row).toLocaleLowerCase().includes(wanted);
  });
}

function searchText(row: LogRow): string {
  return row.kind === "model" ? row.step.model : `${row.call.name} ${row.call.arguments}`;
}
