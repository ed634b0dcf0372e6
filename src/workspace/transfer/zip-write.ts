import { BlobReader, BlobWriter, TextReader, Uint8ArrayReader, ZipWriter, type Reader } from "@zip.js/zip.js";

import type { ZipItem } from "./zip-entry.ts";

const KIND_BITS = { file: 0o100000, directory: 0o040000, symlink: 0o120000 };

/** A ZIP being written. Modes and links are kept as Unix tools keep them. */
export class ZipOutput {
  readonly #writer = new ZipWriter(new BlobWriter("application/zip"), {
    useWebWorkers: false,
    level: 6,
    extendedTimestamp: false,
  });

  async add(items: readonly ZipItem[]): Promise<void> {
    for (const item of items) {
      const directory = item.kind === "directory";
      await this.#writer.add(directory ? `${item.path}/` : item.path, readerOf(item), {
        directory,
        lastModDate: new Date(item.mtime),
        versionMadeBy: 0x0314,
        externalFileAttributes: (((KIND_BITS[item.kind] | item.mode) << 16) | (directory ? 0x10 : 0)) >>> 0,
      });
    }
  }

  finish(): Promise<Blob> {
    return this.#writer.close();
  }
}

function readerOf(item: ZipItem): Reader<unknown> | undefined {
  if (item.kind === "directory") return undefined;
  if (item.kind === "symlink") return new TextReader(item.target ?? "");
  const { content } = item;
  return content instanceof Blob
    ? new BlobReader(content)
    : new Uint8ArrayReader(content ?? new Uint8Array());
}
