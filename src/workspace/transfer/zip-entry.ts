/** A file, folder or link on its way into or out of a ZIP. Paths are relative to what is packed. */
export interface ZipItem {
  path: string;
  kind: "file" | "directory" | "symlink";
  /** POSIX permission bits. */
  mode: number;
  /** Milliseconds since 1970 UTC. */
  mtime: number;
  /** Set for files. */
  content?: Uint8Array<ArrayBuffer> | Blob;
  /** Set for symlinks. */
  target?: string;
}
