import { toBase64 } from "../../domain/base64.ts";
import { OkcvmError } from "../../domain/errors.ts";
import type { ToolResult } from "../../domain/message.ts";
import { extensionOf } from "../../domain/paths.ts";
import { defineTool, okResult, type ToolContext } from "../define-tool.ts";
import { imageTypeOf } from "../image-type.ts";
import { locate } from "../locate.ts";
import { numberLines, splitLines } from "../number-lines.ts";

interface Args {
  file_path: string;
  limit?: number;
  offset?: number;
}

const DEFAULT_LIMIT = 100;
/** Larger text files are paged through with the shell; in bytes. */
const TEXT_LIMIT = 32 * 1024 * 1024;
/** What one result holds at most, however many lines were asked for; in characters. */
const RESULT_LIMIT = 200_000;
/** What fits a model's request as one image; in bytes. */
const IMAGE_LIMIT = 8 * 1024 * 1024;
const DOCUMENTS = new Set(["pdf", "docx", "xlsx", "pptx"]);

export const tool = defineTool<Args>({
  name: "mshtools-read_file",
  async execute(args, context) {
    const path = locate(context, args.file_path);
    const limit = args.limit ?? DEFAULT_LIMIT;
    const first = Math.max(args.offset ?? 1, 1);
    if (limit < 1) throw new OkcvmError("bad-arguments", "limit is the number of lines to read: 1 or more.");
    if ((args.offset ?? 0) < 0)
      throw new OkcvmError("bad-arguments", "offset is the number of the first line to read: 1 or more.");
    const bytes = await load(context, path);
    const imageType = imageTypeOf(bytes);
    const result = imageType ? imageResult(path, bytes, imageType) : textResult(path, bytes, first, limit);
    await context.reads.add(path);
    return result;
  },
});

async function load(context: ToolContext, path: string): Promise<Uint8Array> {
  const entry = await context.workspace.stat(path);
  if (!entry)
    throw new OkcvmError(
      "not-found",
      `${path} does not exist. List the folder with the shell tool to see what is there.`,
    );
  if (entry.kind === "directory")
    throw new OkcvmError("is-directory", `${path} is a folder. List it with the shell tool: ls -la ${path}`);
  // By its content's size: a symlink's own says nothing.
  const content = await context.workspace.readBlob(path);
  if (content.size > TEXT_LIMIT) {
    throw new OkcvmError(
      "too-large",
      `${path} has ${content.size} bytes, too many to read at once. Use head, sed or grep in the shell tool.`,
    );
  }
  return new Uint8Array(await content.arrayBuffer());
}

function imageResult(path: string, bytes: Uint8Array, mediaType: string): ToolResult {
  if (bytes.byteLength > IMAGE_LIMIT) {
    throw new OkcvmError(
      "too-large",
      `${path} is an image of ${bytes.byteLength} bytes; at most ${IMAGE_LIMIT} can be shown.`,
    );
  }
  return okResult(
    `${path} is an image (${mediaType}, ${bytes.byteLength} bytes). It is shown with this result.`,
    {
      content: [{ type: "image", mediaType, data: toBase64(bytes), path }],
    },
  );
}

function textResult(path: string, bytes: Uint8Array, first: number, limit: number): ToolResult {
  if (bytes.byteLength === 0)
    return okResult(`Reminder: ${path} exists but is empty.`, { data: { lines: 0 } });
  if (DOCUMENTS.has(extensionOf(path))) {
    throw new OkcvmError(
      "not-supported",
      `Reading ${extensionOf(path).toUpperCase()} documents is not built yet. Ask the person for a text version.`,
    );
  }
  if (bytes.subarray(0, 8_192).includes(0)) {
    throw new OkcvmError(
      "not-supported",
      `${path} is a binary file. Look at it with the shell tool (file, od, strings).`,
    );
  }
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const lines = splitLines(text);
  if (first > lines.length) {
    throw new OkcvmError(
      "bad-arguments",
      `${path} has ${lines.length} lines; offset ${first} is past its end.`,
    );
  }
  const shown = withinLimit(lines.slice(first - 1, first - 1 + limit));
  const last = first - 1 + shown.length;
  const unbroken = last === lines.length && !text.endsWith("\n");
  const more =
    last < lines.length
      ? `\n[Lines ${first} to ${last} of ${lines.length}. Read on with offset ${last + 1}.]`
      : "";
  return okResult(`${numberLines(shown, first)}${unbroken ? "" : "\n"}${more}`, {
    data: { lines: lines.length, first, last },
  });
}

/** The first lines that fit one result; at least one. */
function withinLimit(lines: string[]): string[] {
  let room = RESULT_LIMIT;
  const over = lines.findIndex((line, index) => {
    room -= Math.min(line.length, 1_000) + 8;
    return room < 0 && index > 0;
  });
  return over < 0 ? lines : lines.slice(0, over);
}
