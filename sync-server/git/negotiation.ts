import { allReach, type Cut } from "./commit-walk.ts";
import type { ObjectReader } from "./object-reader.ts";
import type { FetchRequest } from "./upload-request.ts";

/** Finds out which commits both sides have. Source: Git's upload-pack. */
export class Negotiation {
  readonly #objects: ObjectReader;
  readonly #request: FetchRequest;
  readonly #cut: Cut;
  #judged = { size: -1, enough: false };
  readonly common = new Set<string>();

  constructor(objects: ObjectReader, request: FetchRequest, cut: Cut) {
    this.#objects = objects;
    this.#request = request;
    this.#cut = cut;
  }

  /** Looks for everything the client has. */
  async find(): Promise<void> {
    for (const oid of this.#request.haves) if (await this.#objects.has(oid)) this.common.add(oid);
  }

  /** Whether everything wanted leads to what both have. */
  async isEnough(): Promise<boolean> {
    const { size } = this.common;
    if (this.#judged.size !== size) {
      const { wants } = this.#request;
      const enough = await allReach(this.#objects, { wants, common: this.common, cut: this.#cut });
      this.#judged = { size, enough };
    }
    return this.#judged.enough;
  }

  /** The lines of an answer in version 0, and whether the pack follows. */
  async answer(): Promise<{ lines: string[]; goesOn: boolean }> {
    const { options, haves, done } = this.#request;
    const detailed = options.has("multi_ack_detailed");
    const lines: string[] = [];
    let last = "";
    let gotOther = false;
    for (const oid of haves) {
      if (await this.#objects.has(oid)) {
        this.common.add(oid);
        last = oid;
        if (detailed) lines.push(`ACK ${oid} common`);
        else if (this.common.size === 1) lines.push(`ACK ${oid}`);
      } else {
        gotOther = true;
        if (detailed && (await this.isEnough())) lines.push(`ACK ${oid} ready`);
      }
    }
    if (done) {
      if (last === "") lines.push("NAK");
      else if (detailed) lines.push(`ACK ${last}`);
      return { lines, goesOn: true };
    }
    const ready = detailed && last !== "" && !gotOther && (await this.isEnough());
    if (ready) lines.push(`ACK ${last} ready`);
    if (detailed || last === "") lines.push("NAK");
    const goesOn = options.has("no-done") && lines.some((line) => line.endsWith(" ready"));
    if (goesOn) lines.push(`ACK ${last}`);
    return { lines, goesOn };
  }
}
