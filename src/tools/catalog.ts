import type { Tool } from "./define-tool.ts";

/** Every built tool: each file in a folder of tools/ exports one as `tool`. */
const modules = import.meta.glob<{ tool: Tool<never> }>("./*/*.ts", { eager: true });

export function builtInTools(): Tool<never>[] {
  return Object.values(modules).map((module) => module.tool);
}
