import type { ShellRequest, ShellResult } from "../../ports/sandbox.ts";

/** A result with a line of the engine's own at the end of its errors, told as output too. */
export function noted(request: ShellRequest, result: ShellResult, words: string): ShellResult {
  const note = `${result.stderr === "" || result.stderr.endsWith("\n") ? "" : "\n"}${words}\n`;
  request.onOutput?.(note, "stderr");
  return { ...result, stderr: result.stderr + note };
}
