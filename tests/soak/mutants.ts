import { CLIENT_MUTANTS } from "./client-mutants.ts";
import { SERVER_MUTANTS } from "./server-mutants.ts";

/** One mistake, planted when the server or the clients are built. */
export interface Mutant {
  name: string;
  side: "server" | "client";
  file: string;
  /** A piece of the file's text that is there once, and what it becomes. */
  find: string;
  replace: string;
  /** Only scenarios in which a backup is put back can show it. */
  restore?: true;
}

export const MUTANTS: readonly Mutant[] = [...SERVER_MUTANTS, ...CLIENT_MUTANTS];
