import { sha256 } from "@noble/hashes/sha2.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";

import { OkcvmError } from "../domain/errors.ts";
import { bytesOf } from "../domain/blob-bytes.ts";
import { concatBytes, uint32 } from "../domain/git/bytes.ts";
import { readItemId, type ItemValue } from "../domain/sync-items.ts";
import { MAX_ITEM_BYTES, type PulledItem, type PushOp } from "../domain/sync-protocol.ts";
import type { IncomingPack, OutgoingPack } from "../ports/shared-workspace.ts";
import type { Arrived, ArrivedChange, RemotePack } from "../ports/sync-store.ts";
import { uploadBlob, type OutgoingBlob } from "./blob-transfer.ts";
import { readBody, writeBody } from "./item-bodies.ts";
import type { SpaceCipher } from "./sealing/space-cipher.ts";
import type { ServerApi } from "./server-api.ts";

/** What stands in the place of a body that is kept as a blob. */
const REFERENCE = /^\{"blob":"([0-9a-f]{64})","size":\d{1,12}\}$/;
/** Text that is an item's body when it is sealed: base64, behind three letters, of it with 28 bytes of the seal. */
const MAX_SEALED_TEXT = Math.floor(((MAX_ITEM_BYTES - 3) * 3) / 4) - 28;

/** A reply that brought nothing. */
export const NOTHING: Arrived = { changes: [], unopened: [] };

/** What is about to be pushed. */
export type OpPlace = Pick<PushOp, "id" | "class" | "stamp">;

/** A space of the server as what it means: what goes there is sealed if the space is encrypted, and what comes from there is opened. */
export class RemoteSpace {
  readonly #api: ServerApi;
  readonly #id: string;
  /** null for one that is not encrypted. */
  readonly #cipher: SpaceCipher | null;

  constructor(api: ServerApi, id: string, cipher: SpaceCipher | null) {
    this.#api = api;
    this.#id = id;
    this.#cipher = cipher;
  }

  /** Whether its server cannot read it. */
  get isSealed(): boolean {
    return this.#cipher !== null;
  }

  /** An item as it is pushed; what is larger than an item may be goes up as a blob first. */
  async bodyOf(place: OpPlace, value: ItemValue, signal: AbortSignal): Promise<string> {
    const text = await this.#small(writeBody(value), signal);
    return this.#cipher ? this.#cipher.sealBody(place, text) : text;
  }

  /** What pulled items say. What a later version knows and this does not is left out. */
  async arrived(items: readonly PulledItem[]): Promise<Arrived> {
    const read = await Promise.all(items.map((item) => this.#read(item)));
    return {
      changes: read.filter((change) => typeof change === "object" && change !== null),
      unopened: items.filter((_, at) => read[at] === "unopened").map(({ id }) => id),
    };
  }

  /** What a branch is called in its item's id. */
  async branchHash(branch: string): Promise<string> {
    if (this.#cipher) return this.#cipher.branchHash(branch);
    // A beginning of the name's SHA-256: names may be long and of any letters.
    return bytesToHex(sha256(utf8ToBytes(branch))).slice(0, 32);
  }

  /** Uploads a pack. `absent`: commits that came before and are nowhere. */
  async putPack(
    { id, data, index }: OutgoingPack,
    absent: readonly string[],
    signal: AbortSignal,
  ): Promise<RemotePack> {
    const row = { replaces: [], here: true };
    if (!this.#cipher) {
      const { size } = await this.#upload({ id, data }, signal, absent);
      return { ...row, id, size };
    }
    // The server cannot index what it cannot read: the index goes along.
    const sealed = await this.#cipher.sealBlob(
      concatBytes([uint32(index.length), index, await bytesOf(data)]),
    );
    const { size } = await this.#upload(sealed, signal);
    return { ...row, id: sealed.id.slice(0, 40), size, blob: sealed.id };
  }

  /** Errors: `bad-archive` for one that was changed, `not-found`. */
  async getPack({ id, blob }: RemotePack): Promise<IncomingPack> {
    if (!this.#cipher) {
      const [pack, index] = await Promise.all([
        this.#api.readBlob(this.#id, id),
        this.#api.readBlob(this.#id, `${id}.idx`),
      ]);
      return { pack, index };
    }
    const bytes = blob === undefined ? null : await this.#openBlob(this.#cipher, blob);
    if (!bytes || bytes.length < 4)
      throw new OkcvmError(
        "bad-archive",
        "Files on the server are not as they were put there. They are left alone.",
      );
    const end = 4 + new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
    return { index: bytes.slice(4, end), pack: bytes.slice(end) };
  }

  /** null for what this version does not know. */
  async #read(pulled: PulledItem): Promise<ArrivedChange | "unopened" | null> {
    const { id, seq, class: how, stamp, device, body } = pulled;
    const item = readItemId(id);
    if (!item) return null;
    if (body === null) return { item, seq, stamp, device, value: null };
    const text = this.#cipher ? await this.#cipher.openBody({ id, class: how, stamp }, body) : body;
    const whole = text === null ? null : await this.#whole(text);
    if (whole === null) return "unopened";
    const value = readBody(this.#id, item, whole);
    return value && { item, seq, stamp, device, value };
  }

  async #small(text: string, signal: AbortSignal): Promise<string> {
    const limit = this.#cipher ? MAX_SEALED_TEXT : MAX_ITEM_BYTES;
    // No text has fewer bytes than characters.
    if (text.length * 3 <= limit) return text;
    const data = new TextEncoder().encode(text);
    if (data.length <= limit) return text;
    const blob = this.#cipher ? await this.#cipher.sealBlob(data) : { id: bytesToHex(sha256(data)), data };
    await this.#upload(blob, signal);
    return `{"blob":"${blob.id}","size":${data.length}}`;
  }

  /** A body as it was before it was made small; null when it cannot be opened. Errors: what the server says of a blob that is not there. */
  async #whole(text: string): Promise<string | null> {
    const id = REFERENCE.exec(text)?.[1];
    if (id === undefined) return text;
    const data = this.#cipher
      ? await this.#openBlob(this.#cipher, id)
      : await this.#api.readBlob(this.#id, id);
    return data && new TextDecoder().decode(data);
  }

  /** null for a blob that is not the one of that name: the server may have given another of this space. */
  async #openBlob(cipher: SpaceCipher, id: string): Promise<Uint8Array<ArrayBuffer> | null> {
    const blob = await this.#api.readBlob(this.#id, id);
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", blob));
    return bytesToHex(hash) === id ? cipher.openBlob(blob) : null;
  }

  #upload(
    blob: OutgoingBlob,
    signal: AbortSignal,
    absent: readonly string[] = [],
  ): Promise<{ size: number }> {
    return uploadBlob(this.#api, { space: this.#id, blob, absent }, signal);
  }
}
