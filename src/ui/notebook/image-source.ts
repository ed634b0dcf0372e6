import type { Figure } from "./shown-outputs.ts";

const EXTENSIONS: Record<string, string> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/gif": "gif",
  "image/webp": "webp",
  "image/svg+xml": "svg",
};

/**
 * An address to show a figure by. In an img element an SVG is a picture: its
 * scripts do not run and it loads nothing.
 */
export function figureUrl(figure: Figure): string {
  return figure.mediaType === "image/svg+xml"
    ? `data:image/svg+xml;charset=utf-8,${encodeURIComponent(figure.data)}`
    : `data:${figure.mediaType};base64,${figure.data.replaceAll(/\s/g, "")}`;
}

/** The figure's file: its bytes, and a name that says which it is. */
export function figureFile(figure: Figure, cell: number | null): { blob: Blob; name: string } {
  const stem = cell === null ? `figure-${figure.number}` : `cell-${cell}-figure-${figure.number}`;
  const name = `${stem}.${EXTENSIONS[figure.mediaType] ?? "bin"}`;
  if (figure.mediaType === "image/svg+xml") return { blob: new Blob([figure.data]), name };
  const bytes = Uint8Array.from(atob(figure.data.replaceAll(/\s/g, "")), (letter) => letter.charCodeAt(0));
  return { blob: new Blob([bytes]), name };
}
