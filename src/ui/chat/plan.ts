import type { Todo } from "../../domain/todo.ts";
import { readArguments } from "./call-object.ts";

/** The plan a todo_write call set; [] while its arguments are cut short or are no plan. */
export function readPlan(argumentsText: string): Pick<Todo, "content" | "status">[] {
  const todos = decode(readArguments(argumentsText)?.["todos"]);
  if (!Array.isArray(todos)) return [];
  return todos.flatMap((todo: unknown) => {
    if (typeof todo !== "object" || todo === null) return [];
    const { content, status } = todo as Record<string, unknown>;
    if (typeof content !== "string") return [];
    const known = status === "completed" || status === "in_progress" ? status : "pending";
    return [{ content, status: known }];
  });
}

/** Some models send the list as a string that holds JSON. */
function decode(value: unknown): unknown {
  if (typeof value !== "string") return value;
  return readArguments(`{"list":${value}}`)?.["list"];
}
