import { OkcvmError } from "../../domain/errors.ts";
import type { ToolResult } from "../../domain/message.ts";
import { defineTool, okResult, type ToolContext } from "../define-tool.ts";
import { locate } from "../locate.ts";
import { numberLines, splitLines } from "../number-lines.ts";

interface Args {
  file_path: string;
  old_string: string;
  new_string: string;
  replace_all: boolean;
}

/** Lines shown around an edit. */
const AROUND = 3;
const SHOWN = 30;

export const tool = defineTool<Args>({
  name: "mshtools-edit_file",
  execute: (args, context) => context.inTurn(() => edit(args, context)),
});

async function edit(args: Args, context: ToolContext): Promise<ToolResult> {
  const path = locate(context, args.file_path);
  if (args.old_string === "")
    throw new OkcvmError("bad-arguments", "old_string is empty. To make or replace a file use write_file.");
  if (args.old_string === args.new_string)
    throw new OkcvmError(
      "bad-arguments",
      "old_string and new_string are the same; there is nothing to change.",
    );
  const text = await load(context, path);
  const pieces = text.split(args.old_string);
  const found = pieces.length - 1;
  if (found === 0) {
    throw new OkcvmError(
      "no-match",
      `old_string does not occur in ${path}. Read the file again and copy the text exactly, spaces and line breaks included.`,
    );
  }
  if (found > 1 && !args.replace_all) {
    throw new OkcvmError(
      "many-matches",
      `old_string occurs ${found} times in ${path}. Add lines around it until it is unique, or set replace_all.`,
    );
  }
  const edited = pieces.join(args.new_string);
  await context.workspace.write(path, edited);
  const line = splitLines(pieces[0] ?? "").length || 1;
  return okResult(
    `Replaced ${found} ${found === 1 ? "occurrence" : "occurrences"} in ${path}.\n\n${excerpt(edited, line, args.new_string)}`,
    {
      data: { path, replacements: found },
    },
  );
}

async function load(context: ToolContext, path: string): Promise<string> {
  const entry = await context.workspace.stat(path);
  if (!entry) throw new OkcvmError("not-found", `${path} does not exist. Make it with write_file.`);
  if (entry.kind === "directory") throw new OkcvmError("is-directory", `${path} is a folder.`);
  if (!context.reads.has(path)) {
    throw new OkcvmError(
      "not-read",
      `${path} was not read in this conversation. Read it with read_file first; nothing was changed.`,
    );
  }
  try {
    // A byte order mark stays, and bytes that are not UTF-8 must not be lost in the rewrite.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(
      await context.workspace.readBytes(path),
    );
  } catch (error) {
    if (error instanceof OkcvmError) throw error;
    throw new OkcvmError(
      "not-supported",
      `${path} is not UTF-8 text, so it cannot be edited as text. Use the shell tool.`,
      error,
    );
  }
}

function excerpt(text: string, line: number, inserted: string): string {
  const first = Math.max(1, line - AROUND);
  const count = Math.min(SHOWN, splitLines(inserted).length + 2 * AROUND);
  return numberLines(splitLines(text).slice(first - 1, first - 1 + count), first);
}
