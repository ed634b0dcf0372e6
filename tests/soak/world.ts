import type { SoakBrowser } from "./browser.ts";
import type { DatabaseName, SoakDatabase } from "./databases.ts";
import type { Random } from "./random.ts";
import type { ServerProcess } from "./server-process.ts";
import type { Limits } from "./settle.ts";
import type { Truth } from "./truth.ts";

/** What a scenario is made of. */
export interface Plan {
  seed: number;
  database: DatabaseName;
  /** Whether the database is set back to a backup. */
  restore: boolean;
  /** Whether what is wrong is given little time to become right. */
  hasty: boolean;
}

/** A scenario under way. */
export interface World {
  plan: Plan;
  random: Random;
  truth: Truth;
  server: ServerProcess;
  database: SoakDatabase;
  /** Of one account. */
  browsers: SoakBrowser[];
  /** Of another account. */
  stranger: SoakBrowser;
  conversations: string[];
  limits: Limits;
  /** Errors that nobody expects. */
  strays: unknown[];
  /** Each phase with its seconds. */
  phases: string[];
  counts: { actions: number; kills: number; crashes: number };
}
