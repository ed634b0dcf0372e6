import { newId } from "../../domain/ids.ts";
import type { Todo } from "../../domain/todo.ts";
import { defineTool, okResult } from "../define-tool.ts";

interface Args {
  todos: (Omit<Todo, "id"> & { id?: string })[];
}

export const tool = defineTool<Args>({
  name: "mshtools-todo_write",
  async execute({ todos }, context) {
    const list = todos.map((todo): Todo => ({ ...todo, id: todo.id || newId().slice(0, 8) }));
    await context.todos.write(list);
    const done = list.filter((todo) => todo.status === "completed").length;
    return okResult(`The list has ${list.length} items, ${done} of them completed.`, {
      data: { todos: list },
    });
  },
});
