import { mediaTypeOf } from "../../domain/media-types.ts";

const RASTER = /^image\/(?:png|jpeg|gif|webp|avif|bmp|x-icon)$/;
const SVG_LIMIT = 1024 * 1024;

/** True for files that are shown as pictures. */
export function isPicture(path: string, size: number): boolean {
  const type = mediaTypeOf(path);
  return RASTER.test(type) || (type === "image/svg+xml" && size <= SVG_LIMIT);
}

/**
 * An address to show a picture by, and what gives its memory back. A raster
 * picture gets an object URL of its own type, which can hold no script; an SVG
 * may hold some, so it gets a data URL, which has no origin.
 */
export async function imageUrl(blob: Blob, path: string): Promise<{ url: string; release: () => void }> {
  const type = mediaTypeOf(path);
  if (!RASTER.test(type)) {
    const text = encodeURIComponent(await blob.text());
    return { url: `data:image/svg+xml;charset=utf-8,${text}`, release: () => undefined };
  }
  const url = URL.createObjectURL(blob.slice(0, blob.size, type));
  return { url, release: () => URL.revokeObjectURL(url) };
}
