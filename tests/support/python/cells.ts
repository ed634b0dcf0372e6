import { DISPLAY_CELLS } from "./cells-display.ts";
import { LANGUAGE_CELLS } from "./cells-language.ts";
import { MAGIC_CELLS } from "./cells-magics.ts";
import { SHELL_CELLS } from "./cells-shell.ts";
import type { CellCase } from "./match.ts";

/** The notebook's behaviour, cell by cell. Nothing of Node: the same cases run in a browser. */
export const CELLS: CellCase[] = [...LANGUAGE_CELLS, ...DISPLAY_CELLS, ...MAGIC_CELLS, ...SHELL_CELLS];
