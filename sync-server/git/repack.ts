import { OkcvmError } from "../../src/domain/errors.ts";
import { chooseForRepack, REPACK_LIMITS } from "../../src/domain/git/repack-choice.ts";
import { stampAt } from "../../src/domain/clock-stamp.ts";
import type { Database } from "../db/database.ts";
import type { Blobs } from "../repos/blobs.ts";
import { IncomingPack } from "./incoming-pack.ts";
import { indexPack } from "./index-pack.ts";
import { keepPack } from "./keep-pack.ts";
import { idsOfPack, livePacks } from "./live-packs.ts";
import { ObjectReader } from "./object-reader.ts";
import { packOf } from "./pack-stream.ts";
import { hideUnlessTold } from "./replaced-packs.ts";
import { Repository } from "./repository.ts";
import { newWriter, packOp, pushOps } from "./update-refs.ts";

export interface RepackParts {
  database: Database;
  blobs: Blobs;
  maxBytes: number;
  now: () => number;
  /** Told of the space's newest number. */
  changed(space: string, headSeq: number): void;
  failed(error: unknown): void;
}

/** Puts small packs together behind a push, one space at a time and each at most once at a time. */
export class Repacking {
  readonly #parts: RepackParts;
  readonly #waiting = new Set<string>();
  #running = false;

  constructor(parts: RepackParts) {
    this.#parts = parts;
  }

  /** To be called when a space has one more pack. */
  consider(space: string): void {
    this.#waiting.add(space);
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  async #run(): Promise<void> {
    for (const space of this.#waiting) {
      this.#waiting.delete(space);
      try {
        const headSeq = await repack(this.#parts, space);
        if (headSeq !== null) this.#parts.changed(space, headSeq);
      } catch (error) {
        // Nothing depends on it: the next push tries again.
        if (!(error instanceof OkcvmError)) this.#parts.failed(error);
      }
    }
    this.#running = false;
  }
}

/**
 * Puts small packs of a space into one. The new one is there before the old
 * ones go, which devices are told of in one push; the old ones stay readable
 * until `hideReplacedPacks`. Stopped anywhere, at worst a pack is there
 * that nobody is told of; of two servers at once, one takes back what it did.
 * Answers the space's newest number; null when there was nothing to do.
 */
export async function repack(
  parts: Omit<RepackParts, "changed" | "failed">,
  space: string,
  limits = REPACK_LIMITS,
): Promise<number | null> {
  const { database, blobs, now } = parts;
  const chosen = chooseForRepack(await livePacks(database, space), limits);
  if (chosen.length === 0) return null;
  const oids = new Set<string>();
  for (const { id } of chosen) for (const oid of (await idsOfPack(blobs, space, id)) ?? []) oids.add(oid);
  // Both are there for a while, so it takes room that is given back.
  const maxBytes = parts.maxBytes + 2 * limits.bytes;
  const made = await makePack({ ...parts, maxBytes }, space, oids);
  const old = chosen.map(({ id }) => id).filter((id) => id !== made.id);
  const stamp = stampAt(now());
  const ops = [
    packOp({ ...made, replaces: old }, now()),
    ...old.map((id) => ({ id: `pack.${id}`, class: "add" as const, stamp, body: null })),
  ];
  const { pushed, takenBack } = await pushOps(
    database,
    { spaceId: space, deviceId: newWriter(), ops },
    { now: now(), maxBytes },
    // Another server that was at it has removed some of them already.
    ([, ...removed]) => removed.every((status) => status === "new"),
  );
  if (!takenBack) return pushed.headSeq;
  // It could be found as every other, so that a clone may be in the middle of it.
  await hideUnlessTold(database, { space, id: made.id }, now());
  return null;
}

async function makePack(
  { database, blobs, maxBytes, now }: Omit<RepackParts, "changed" | "failed">,
  space: string,
  oids: ReadonlySet<string>,
): Promise<{ id: string; size: number }> {
  const objects = new ObjectReader(new Repository(database, blobs, space));
  const pack = new IncomingPack(blobs, space, maxBytes);
  try {
    for await (const bytes of packOf(objects, oids, { known: new Set(), ofsDelta: true }))
      await pack.take(bytes);
    // Read again before anything else is given up for it.
    const { index, checksum } = await indexPack(pack);
    if (index.offsets.length !== oids.size) throw new Error("A pack that was put together lacks objects.");
    await keepPack({ database, blobs, maxBytes, now }, { space, id: checksum, pack, index });
    return { id: checksum, size: pack.size };
  } finally {
    await pack.remove();
  }
}
