/**
 * Where a file's content is. Contents not yet in a snapshot lie in the
 * `contents` store under `id`; all others are objects of the history, by `oid`.
 * One of the two is always set; both when the id is known before the snapshot.
 */
export interface FileContent {
  id: number | null;
  oid: string | null;
}
