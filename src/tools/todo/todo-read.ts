import { defineTool, okResult } from "../define-tool.ts";

export const tool = defineTool<Record<string, never>>({
  name: "mshtools-todo_read",
  async execute(_args, context) {
    const todos = await context.todos.read();
    return okResult(JSON.stringify(todos, null, 2), { data: todos });
  },
});
