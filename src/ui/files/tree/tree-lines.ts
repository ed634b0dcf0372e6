import type { Naming } from "../operations/naming.ts";
import type { TreeRow } from "./tree-rows.ts";

/** The field for the name of a new entry. */
export interface NewLine {
  /** Its key: no path holds a NUL, so no entry has this one. */
  path: typeof NEW_KEY;
  level: number;
  kind: "new-file" | "new-folder";
}

/** A line of the tree as it is drawn. */
export type TreeLine = TreeRow | NewLine;

export const NEW_KEY = "\0new";

export function isRow(line: TreeLine | undefined): line is TreeRow {
  return line !== undefined && line.path !== NEW_KEY;
}

/** The rows with a field where the new entry is to be: at the top of its folder. */
export function toLines(rows: readonly TreeRow[], naming: Naming | null): readonly TreeLine[] {
  if (!naming || naming.kind === "rename") return rows;
  const folder = rows.findIndex((row) => row.path === naming.folder);
  const level = folder < 0 ? 1 : (rows[folder]?.level ?? 0) + 1;
  const kind = naming.kind === "file" ? "new-file" : "new-folder";
  const lines: TreeLine[] = [...rows];
  lines.splice(folder + 1, 0, { path: NEW_KEY, level, kind });
  return lines;
}

/** The row whose name begins with what was typed, looked for from the current one on, round the end. */
export function rowByLetters(rows: readonly TreeRow[], current: number, typed: string): TreeRow | undefined {
  const letters = typed.toLocaleLowerCase();
  const repeated = [...letters].every((letter) => letter === letters[0]);
  const wanted = repeated ? (letters[0] ?? "") : letters;
  // The same letter again means the next one; more letters may still mean the current one.
  const start = repeated ? current + 1 : current;
  for (let step = 0; step < rows.length; step += 1) {
    const row = rows[(Math.max(0, start) + step) % rows.length];
    if (row?.name.toLocaleLowerCase().startsWith(wanted)) return row;
  }
  return undefined;
}
