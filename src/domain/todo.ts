export type TodoStatus = "pending" | "in_progress" | "completed";
export type TodoPriority = "high" | "medium" | "low";

/** One line of the plan an agent keeps. */
export interface Todo {
  id: string;
  content: string;
  status: TodoStatus;
  priority: TodoPriority;
}
