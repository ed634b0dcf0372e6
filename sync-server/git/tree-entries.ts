import { damagedPack } from "../../src/domain/git/pack-entry.ts";

/** An entry's kind in the digits of a tree: a folder, and a commit of another repository. */
export const FOLDER_DIGITS = "40000";
export const GITLINK_DIGITS = "160000";

/** Where an entry lies in a tree's body. */
export interface EntryPlace {
  /** Octal, as they are written. */
  digits: string;
  /** The first byte of its name, and the zero behind it. */
  name: number;
  end: number;
}

/** Goes through a tree's entries without copying what nobody asks for. Errors: `bad-archive`. */
export function forEachEntry(body: Buffer, take: (entry: EntryPlace) => void): void {
  for (let at = 0; at < body.length;) {
    const space = body.indexOf(0x20, at);
    const end = space < 0 ? -1 : body.indexOf(0, space);
    if (end < 0 || end + 21 > body.length) throw damagedPack();
    take({ digits: body.toString("latin1", at, space), name: space + 1, end });
    at = end + 21;
  }
}

/** The id that an entry names. */
export function entryOid(body: Buffer, { end }: EntryPlace): string {
  return body.toString("hex", end + 1, end + 21);
}
