import { defineCommand, type CustomCommand } from "just-bash/browser";

import { fail, ok } from "./support.ts";

/** Signals nobody sends here: a command that is stopped ends with its Worker. */
const NEVER_SENT = new Set(["INT", "TERM", "HUP", "QUIT", "PIPE", "USR1", "USR2", "1", "2", "3", "13", "15"]);

/** What a script trapped for EXIT, with the variables as they were then: after an `exit` the library tells no later ones. */
export interface ExitTrap {
  handler: string;
  env: Record<string, string>;
}

/** A trap command for one script, and what it was told. */
export function makeTrap(): { command: CustomCommand; atExit(): ExitTrap | null } {
  let trap: ExitTrap | null = null;
  const command = defineCommand("trap", async (args, context) => {
    const [action, ...signals] = args[0] === "--" ? args.slice(1) : args;
    if (action === undefined || action === "-p") {
      return ok(trap === null ? "" : `trap -- '${trap.handler.replaceAll("'", "'\\''")}' EXIT\n`);
    }
    if (signals.length === 0) return fail("trap", "usage: trap [-lp] [[arg] signal_spec ...]", 2);
    for (const signal of signals.map((name) => name.toUpperCase().replace(/^SIG/, ""))) {
      if (signal === "EXIT" || signal === "0") {
        trap =
          action === "-" || action === "" ? null : { handler: action, env: Object.fromEntries(context.env) };
      } else if (!NEVER_SENT.has(signal)) return fail("trap", `${signal}: this shell traps EXIT only`);
    }
    return ok();
  });
  return { command, atExit: () => trap };
}
