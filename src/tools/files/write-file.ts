import { OkcvmError } from "../../domain/errors.ts";
import type { ToolResult } from "../../domain/message.ts";
import { defineTool, okResult, type ToolContext } from "../define-tool.ts";
import { locate } from "../locate.ts";

interface Args {
  file_path: string;
  content: string;
  append: boolean;
}

const CONTENT_LIMIT = 100_000;

export const tool = defineTool<Args>({
  name: "mshtools-write_file",
  execute: (args, context) => context.inTurn(() => write(args, context)),
});

async function write({ file_path, content, append }: Args, context: ToolContext): Promise<ToolResult> {
  const path = locate(context, file_path);
  if (content.length > CONTENT_LIMIT) {
    throw new OkcvmError(
      "too-large",
      `content has ${content.length} characters; at most 100,000 a call. Write the first part, then the rest with append: true.`,
    );
  }
  const entry = await context.workspace.stat(path);
  if (entry?.kind === "directory")
    throw new OkcvmError("is-directory", `${path} is a folder. Name a file in it.`);
  if (entry && !context.reads.has(path)) {
    throw new OkcvmError(
      "not-read",
      `${path} already exists and was not read in this conversation. Read it with read_file first; nothing was changed.`,
    );
  }
  const added = new TextEncoder().encode(content);
  const before = append && entry ? await context.workspace.readBytes(path) : new Uint8Array(0);
  const bytes = new Uint8Array(before.length + added.length);
  bytes.set(before);
  bytes.set(added, before.length);
  await context.workspace.write(path, bytes);
  await context.reads.add(path);
  const verb = append && entry ? "Appended" : "Wrote";
  return okResult(`${verb} ${added.length} bytes to ${path}.`, {
    data: { path, bytes: bytes.length, created: !entry },
  });
}
