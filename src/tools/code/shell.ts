import { OkcvmError } from "../../domain/errors.ts";
import type { ToolResult } from "../../domain/message.ts";
import type { ShellResult } from "../../ports/sandbox.ts";
import { cutText } from "../cut-text.ts";
import { defineTool } from "../define-tool.ts";

interface Args {
  command: string;
  timeout: number;
}

const OUTPUT_LIMIT = 10_000;

export const tool = defineTool<Args>({
  name: "mshtools-shell",
  async execute({ command, timeout }, context) {
    if (timeout < 1) throw new OkcvmError("bad-arguments", "timeout is in milliseconds: 1 or more.");
    const result = await context.sandbox.shell({
      command,
      timeoutMs: timeout,
      signal: context.signal,
      onOutput: (chunk) => context.emit(chunk),
    });
    return toResult(result, timeout);
  },
});

function toResult(result: ShellResult, timeout: number): ToolResult {
  const notes: string[] = [];
  if (result.ended === "timeout")
    notes.push(
      `[The command was ended: it ran past its timeout of ${timeout} ms. Give a longer timeout, in milliseconds, or do less at once.]`,
    );
  else if (result.ended === "aborted") notes.push("[The command was stopped.]");
  else if (result.exitCode !== 0) notes.push(`[exit code: ${result.exitCode}]`);
  const streams =
    result.stderr === "" ? result.stdout : `${withBreak(result.stdout)}[stderr]\n${result.stderr}`;
  const text = [cutText(streams, OUTPUT_LIMIT), ...notes].filter((part) => part !== "").join("\n");
  const base = {
    output: text === "" ? "(The command printed nothing. Exit code: 0)" : text,
    data: {
      exitCode: result.exitCode,
      stdout: cutText(result.stdout, OUTPUT_LIMIT),
      stderr: cutText(result.stderr, OUTPUT_LIMIT),
    },
  };
  if (result.ended === "timeout")
    return {
      ok: false,
      ...base,
      error: { code: "timeout", message: `The command ran past its timeout of ${timeout} ms and was ended.` },
    };
  if (result.ended === "aborted")
    return { ok: false, ...base, error: { code: "aborted", message: "The command was stopped." } };
  if (result.exitCode !== 0)
    return {
      ok: false,
      ...base,
      error: { code: "command-failed", message: `Exit code ${result.exitCode}.` },
    };
  return { ok: true, ...base };
}

function withBreak(text: string): string {
  return text === "" || text.endsWith("\n") ? text : `${text}\n`;
}
