import { toAbsolutePath, toWorkspacePath } from "../domain/paths.ts";
import type { ToolContext } from "./define-tool.ts";

/** The absolute path a tool's path argument names. Errors: `outside-workspace`, `bad-path`. */
export function locate(context: ToolContext, path: string): string {
  const { root } = context.workspace;
  return toAbsolutePath(root, toWorkspacePath(root, path));
}
