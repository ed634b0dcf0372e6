import type { ToolResult } from "../domain/message.ts";

const HINT_AT = 3;
const STOP_AT = 6;

/** hint: tell the model it repeats itself. stop: end the run. */
export type GuardVerdict = "ok" | "hint" | "stop";

/** Notices an agent that makes the same call with the same result over and over. */
export class RepeatGuard {
  #last = "";
  #count = 0;

  see(name: string, args: string, result: ToolResult): GuardVerdict {
    const seen = JSON.stringify([name, args, result.output]);
    this.#count = seen === this.#last ? this.#count + 1 : 1;
    this.#last = seen;
    if (this.#count >= STOP_AT) return "stop";
    return this.#count >= HINT_AT ? "hint" : "ok";
  }
}
