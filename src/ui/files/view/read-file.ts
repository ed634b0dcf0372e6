import { decodeText } from "../../../domain/decode-text.ts";
import { mediaTypeOf } from "../../../domain/media-types.ts";
import type { Workspace } from "../../../ports/workspace.ts";
import { EDIT_LIMIT } from "../edit/file-document.ts";
import { decodeFile, type FileText } from "../edit/text-format.ts";

/** A file made ready to show. Object URLs belong to the caller, who revokes them. */
export type Shown =
  /** `text` is null for a file that is gone and has left a draft. */
  | { kind: "editable"; text: FileText | null; blob: Blob; as: "plain" | "svg" | "markdown" | "table" }
  | { kind: "text"; text: string; blob: Blob; cut: boolean }
  | { kind: "image" | "audio" | "video" | "pdf"; url: string; blob: Blob }
  | { kind: "other"; blob: Blob };

/** As much of a text that is too large to edit as is shown at first. Bytes. */
export const FIRST_BYTES = 512 * 1024;
const RASTER = /^image\/(?:png|jpeg|gif|webp|avif|bmp|x-icon)$/;

/** Reads a file for the viewer: at most `limit` bytes of a text that is not edited. Errors: those of the workspace. */
export async function readShown(workspace: Workspace, path: string, limit: number): Promise<Shown> {
  const blob = await workspace.readBlob(path);
  const type = mediaTypeOf(path);
  if (RASTER.test(type)) return { kind: "image", url: objectUrl(blob, type), blob };
  if (type.startsWith("audio/")) return { kind: "audio", url: objectUrl(blob, type), blob };
  if (type.startsWith("video/")) return { kind: "video", url: objectUrl(blob, type), blob };
  if (type === "application/pdf") return { kind: "pdf", url: objectUrl(blob, type), blob };
  if (blob.size > EDIT_LIMIT) return readHead(blob, limit);
  const text = decodeFile(new Uint8Array(await blob.arrayBuffer()));
  return text === null ? { kind: "other", blob } : { kind: "editable", text, blob, as: viewOf(type) };
}

async function readHead(blob: Blob, limit: number): Promise<Shown> {
  const cut = blob.size > limit;
  const text = decodeText(new Uint8Array(await blob.slice(0, limit).arrayBuffer()), cut);
  return text === null
    ? { kind: "other", blob }
    : { kind: "text", text: text.replace(/^\ufeff/, ""), blob, cut };
}

function viewOf(type: string): Extract<Shown, { kind: "editable" }>["as"] {
  if (type === "image/svg+xml") return "svg";
  if (type === "text/markdown") return "markdown";
  return type === "text/csv" || type === "text/tab-separated-values" ? "table" : "plain";
}

/**
 * An object URL has this page's origin. Only types that cannot hold a script of
 * a page get one, so that opening it in a tab of its own runs nothing: what a
 * PDF holds runs inside the browser's viewer, which has an origin of its own.
 */
function objectUrl(blob: Blob, type: string): string {
  return URL.createObjectURL(blob.slice(0, blob.size, type));
}
