import type { Branch } from "../domain/snapshot.ts";

/** What other devices lack of a workspace's history. */
export interface Outgoing {
  branches: Branch[];
  /** Those that others lead to first; none when the others have everything. */
  packs: OutgoingPack[];
  /** Commits that came before and are nowhere: the history was cut off there by a shallow clone. */
  absent: string[];
}

/** A Git pack by its checksum, with its `.idx` file. */
export interface OutgoingPack {
  id: string;
  data: Uint8Array<ArrayBuffer> | Blob;
  index: Uint8Array<ArrayBuffer>;
}

/** A Git pack with its `.idx` file. */
export interface IncomingPack {
  pack: Uint8Array<ArrayBuffer>;
  index: Uint8Array<ArrayBuffer>;
}

/** What a merge did. */
export interface BranchMerge {
  /** The branch's newest commit now. */
  head: string;
  /** Paths at which both sides had changed the same: one stays, the other lies beside it. Absolute. */
  conflicts: string[];
}

/** A workspace's history as it is shared with other devices. Errors as those of Workspace. */
export interface SharedWorkspace {
  /** Everything branches lead to and the `known` commits do not; those must be known with all they lead to. */
  packNew(known: readonly string[]): Promise<Outgoing>;
  /** Takes in packs made elsewhere, with all that `heads` lead to; commits of which nothing is known may begin histories cut off. Errors: `bad-archive`, and nothing is kept. */
  take(packs: readonly IncomingPack[], heads: readonly string[]): Promise<void>;
  /**
   * Brings a branch to a commit that was taken in: along with it where it has
   * nothing of its own, else by a merge in which nothing is lost. Unsaved
   * changes are kept as a snapshot first. A branch that is not here is made.
   */
  mergeBranch(name: string, commit: string): Promise<BranchMerge>;
}
