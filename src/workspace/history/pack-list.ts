import { packLargeBlob } from "./large-blob.ts";
import { objectId, type ObjectType } from "../../domain/git/object-id.ts";
import { PackWriter, type Pack } from "../../domain/git/pack-writer.ts";
import { LARGE, type ObjectStore } from "./object-store.ts";

/** New objects in packs: large blobs in one each, the others together. What the history has is left out. */
export class PackList {
  readonly #store: ObjectStore;
  readonly #closeAt: number;
  readonly #packs = new Map<string, Pack>();
  #writer = new PackWriter();

  /** A pack is closed when it is larger than `closeAt`. Bytes. */
  constructor(store: ObjectStore, closeAt = Infinity) {
    this.#store = store;
    this.#closeAt = closeAt;
  }

  /** Adds an object and answers its id. */
  add(type: ObjectType, body: Uint8Array<ArrayBuffer>): string {
    const oid = objectId(type, body);
    if (!this.#store.has(oid)) this.#writer.add(type, body, oid);
    if (this.#writer.size > this.#closeAt) this.#close();
    return oid;
  }

  /** Adds a content and answers its id. A large one is never in memory as a whole. */
  async addBlob(body: Uint8Array<ArrayBuffer> | Blob): Promise<string> {
    if (!(body instanceof Blob)) return this.add("blob", body);
    if (body.size <= LARGE) return this.add("blob", new Uint8Array(await body.arrayBuffer()));
    const { oid, pack } = await packLargeBlob(body);
    if (!this.#store.has(oid)) this.#packs.set(pack.id, pack);
    return oid;
  }

  finish(): Pack[] {
    this.#close();
    return [...this.#packs.values()];
  }

  #close(): void {
    const pack = this.#writer.finish();
    if (pack) this.#packs.set(pack.id, pack);
    this.#writer = new PackWriter();
  }
}
