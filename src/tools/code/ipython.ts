import { OkcvmError, type ErrorValue } from "../../domain/errors.ts";
import type { ContentPart, ToolResult } from "../../domain/message.ts";
import { storeOutputs, textOf } from "../../domain/notebook.ts";
import type { CellResult } from "../../ports/python.ts";
import { cutText } from "../cut-text.ts";
import { defineTool, okResult } from "../define-tool.ts";

interface Args {
  code: string;
  restart: boolean;
}

const OUTPUT_LIMIT = 10_000;
/** A cell that computes for longer is interrupted. Milliseconds. */
const TIMEOUT_MS = 300_000;

export const tool = defineTool<Args>({
  name: "mshtools-ipython",
  async execute({ code, restart }, context) {
    if (restart) {
      context.emit("Restarting Python…\n");
      await context.python.restart();
      if (code.trim() === "") return okResult("Python was restarted: all variables are cleared.");
    }
    if (code.trim() === "")
      throw new OkcvmError("bad-arguments", "code is empty: give the Python to run, or set restart.");
    const result = await context.python.run({
      code,
      timeoutMs: TIMEOUT_MS,
      signal: context.signal,
      onOutput: (chunk) => context.emit(chunk),
      onProgress: (text) => context.emit(`[${text}]\n`),
    });
    return toResult(result);
  },
});

function toResult(result: CellResult): ToolResult {
  const { outputs, images } = storeOutputs(result.outputs);
  const text = cutText(textOf(result.outputs), OUTPUT_LIMIT);
  const problem = problemOf(result);
  const parts = [text, ...(problem && result.ended !== "error" ? [`[${problem.message}]`] : [])];
  const output = parts.filter((part) => part !== "").join("\n");
  const content = images.map((image): ContentPart => ({
    type: "image",
    mediaType: image.mediaType,
    data: image.data,
  }));
  return {
    ok: problem === null,
    output: output === "" ? "(The cell showed nothing.)" : output,
    data: { executionCount: result.executionCount, outputs },
    ...(content.length > 0 ? { content } : {}),
    ...(problem ? { error: problem } : {}),
  };
}

function problemOf(result: CellResult): ErrorValue | null {
  switch (result.ended) {
    case "ok":
      return null;
    case "error": {
      const error = result.outputs.findLast((output) => output.output_type === "error");
      return {
        code: "command-failed",
        message: error ? `${error.ename}: ${error.evalue}` : "The cell failed.",
      };
    }
    case "timeout":
      return {
        code: "timeout",
        message: `The cell ran past ${TIMEOUT_MS / 60_000} minutes and was interrupted. Do less in one cell.`,
      };
    case "aborted":
      return { code: "aborted", message: "The cell was stopped." };
    case "died":
      return {
        code: "engine-failed",
        message:
          "Python stopped and was started anew: its variables are gone. Do less at once, or in smaller parts.",
      };
  }
}
