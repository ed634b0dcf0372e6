import type { CellEvent } from "../../domain/notebook.ts";

/** What the interpreter tells the page unasked. */
export type KernelNotice =
  /** Of the cell that runs. */
  | { kind: "output"; event: CellEvent }
  /** A question it is blocked for; the answer goes to the frame. */
  | { kind: "ask"; question: number; method: "content" | "shell"; args: unknown[] }
  /** It can run nothing any more. */
  | { kind: "fatal"; reason: string };

/** What a cell's shell command came to; the texts are empty when they were shown as they came. */
export interface ShellAnswer {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** A package's file on its way into the interpreter. */
export interface Wheel {
  /** Normalised. */
  packageName: string;
  /** True for a build of Pyodide's, which is loaded by its name. */
  locked: boolean;
  fileName: string;
  /** The installed version of it that has to go first; null when none is there. */
  replaces: string | null;
  bytes: ArrayBuffer;
}
