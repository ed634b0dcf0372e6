import { OkcvmError } from "../../domain/errors.ts";
import type { FileNode } from "../../domain/file-tree.ts";
import { readContents } from "../storage/database.ts";
import type { FileContent } from "../tree/file-content.ts";
import type { BlobReader } from "./file-diffs.ts";
import type { ObjectStore } from "./object-store.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Reads contents wherever they are: waiting for a snapshot, or in the history. */
export class ContentReader implements BlobReader {
  readonly #db: IDBDatabase;
  readonly #store: ObjectStore;
  readonly #loose = new Map<string, { content: FileContent; size: number }>();
  readonly #bytes = new Map<string, Bytes>();

  constructor(db: IDBDatabase, store: ObjectStore) {
    this.#db = db;
    this.#store = store;
  }

  /** A file no snapshot holds, which has an id all the same. */
  noteLoose({ content, size }: FileNode<FileContent>): void {
    if (content.oid !== null) this.#loose.set(content.oid, { content, size });
  }

  noteBytes(oid: string, bytes: Bytes): void {
    this.#bytes.set(oid, bytes);
  }

  size(oid: string): number {
    return this.#bytes.get(oid)?.length ?? this.#loose.get(oid)?.size ?? this.#store.sizeOf(oid);
  }

  /** A small text file. A byte order mark at its start is no part of its text. */
  async text(content: FileContent): Promise<string> {
    const [body] = await this.contents([content]);
    return body instanceof Blob ? body.text() : new TextDecoder().decode(body);
  }

  async read(oid: string): Promise<Bytes | Blob> {
    const bytes = this.#bytes.get(oid);
    if (bytes) return bytes;
    const loose = this.#loose.get(oid);
    const [body] = loose ? await this.contents([loose.content]) : [];
    return body ?? this.#store.readContent(oid);
  }

  /** Several contents, in the order asked for. Errors: `internal`, `bad-archive` for what is missing. */
  async contents(contents: readonly FileContent[]): Promise<(Bytes | Blob)[]> {
    const ids = contents.flatMap(({ id }) => (id === null ? [] : [id]));
    const stored = ids.length > 0 ? await readContents(this.#db, ids) : [];
    const byId = new Map(ids.map((id, index) => [id, stored[index]]));
    return Promise.all(
      contents.map(async ({ id, oid }) => {
        if (id === null) return this.#store.readContent(oid ?? "");
        const body = byId.get(id);
        if (!body) throw new OkcvmError("internal", "A content is missing from the browser's storage.");
        return body;
      }),
    );
  }
}
