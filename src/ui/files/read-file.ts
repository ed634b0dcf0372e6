import { mediaTypeOf } from "../../domain/media-types.ts";
import type { Workspace } from "../../ports/workspace.ts";

/** A file made ready to show. Object URLs belong to the caller, who revokes them. */
export type Shown =
  | { kind: "text"; text: string; blob: Blob; cut: boolean }
  | { kind: "image" | "audio" | "video"; url: string; blob: Blob }
  | { kind: "other"; blob: Blob };

export const FIRST_BYTES = 512 * 1024;
const SVG_LIMIT = 1024 * 1024;
const RASTER = /^image\/(?:png|jpeg|gif|webp|avif|bmp|x-icon)$/;

/** Reads a file for the viewer: at most `limit` bytes of a text. Errors: those of the workspace. */
export async function readShown(workspace: Workspace, path: string, limit: number): Promise<Shown> {
  const blob = await workspace.readBlob(path);
  const type = mediaTypeOf(path);
  if (RASTER.test(type)) return { kind: "image", url: objectUrl(blob, type), blob };
  if (type.startsWith("audio/")) return { kind: "audio", url: objectUrl(blob, type), blob };
  if (type.startsWith("video/")) return { kind: "video", url: objectUrl(blob, type), blob };
  if (type === "image/svg+xml" && blob.size <= SVG_LIMIT)
    return { kind: "image", url: await svgUrl(blob), blob };
  const head = new Uint8Array(await blob.slice(0, limit).arrayBuffer());
  const text = decodeText(head, blob.size > limit);
  return text === null ? { kind: "other", blob } : { kind: "text", text, blob, cut: blob.size > limit };
}

/**
 * An object URL has this page's origin. Only types that cannot hold a script
 * get one, so that opening it in a tab of its own runs nothing.
 */
function objectUrl(blob: Blob, type: string): string {
  return URL.createObjectURL(blob.slice(0, blob.size, type));
}

/** An SVG may hold scripts: a data URL has no origin, and browsers do not open one as a page. */
async function svgUrl(blob: Blob): Promise<string> {
  return `data:image/svg+xml;charset=utf-8,${encodeURIComponent(await blob.text())}`;
}

/** UTF-8 text, or null for bytes that are none. A cut may fall inside a character. */
export function decodeText(bytes: Uint8Array, cut: boolean): string | null {
  if (bytes.includes(0)) return null;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: cut });
  } catch {
    // Another encoding, or not text at all.
    return null;
  }
}

/** Saves a file to the person's disk. The neutral type keeps the browser from showing it instead. */
export function downloadBlob(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob.slice(0, blob.size, "application/octet-stream"));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The download has its own hold on the bytes once it has begun.
  setTimeout(() => URL.revokeObjectURL(url), 30_000);
}
