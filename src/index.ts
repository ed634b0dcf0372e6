import { assemble, type OkcvmOptions } from "./app.ts";
import type { Okcvm } from "./vm/api.ts";

/**
 * Opens OKCVM in this page, without its own UI. The page must be served by an
 * OKCVM server, or with its headers; see the README. Errors: an OkcvmError when
 * the browser refuses storage.
 */
export async function createOkcvm(options?: OkcvmOptions): Promise<Okcvm> {
  return assemble(options).ready;
}

export type { OkcvmOptions };
export type { Okcvm, Session, SessionEvent, SendOptions, ToolListing, Upload, Uploaded } from "./vm/api.ts";
export type { Tool, ToolContext } from "./tools/define-tool.ts";
export type { RunEvent } from "./domain/events.ts";
export type { ContentPart, Message, Part, ToolResult } from "./domain/message.ts";
export type { Workspace } from "./ports/workspace.ts";
