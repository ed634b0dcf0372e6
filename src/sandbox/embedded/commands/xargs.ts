import { defineCommand } from "just-bash/browser";

import { fail } from "./support.ts";

/** Letters of xargs that take a value, which may be attached: -n1, -I{}, -P4. */
const WITH_VALUE = "nILPdsaE";

/** xargs with attached values, which the library's own knows only apart; -P has no effect, since one command runs at a time. */
export const xargs = defineCommand("xargs", async (args, context) => {
  const out: string[] = [];
  const rest = [...args];
  for (let arg = rest[0]; arg?.startsWith("-") && arg !== "-"; arg = rest[0]) {
    rest.shift();
    if (arg === "--") break;
    if (arg.startsWith("--")) {
      const [name = "", value] = arg.split("=", 2);
      const short: Record<string, string> = {
        "--max-args": "-n",
        "--replace": "-I",
        "--max-procs": "-P",
        "--delimiter": "-d",
        "--null": "-0",
        "--no-run-if-empty": "-r",
      };
      const letter = short[name];
      if (letter === undefined) out.push(arg);
      else if (letter === "-P" && value === undefined) rest.shift();
      else if (letter === "-P") continue;
      else out.push(letter, ...(value === undefined ? (letter === "-I" ? ["{}"] : []) : [value]));
      continue;
    }
    splitLetters(arg.slice(1), out, rest);
  }
  if (!context.origCommand) return fail("xargs", "this shell has none of its own");
  return context.origCommand([...out, ...rest]);
});

function splitLetters(letters: string, out: string[], rest: string[]): void {
  for (let at = 0; at < letters.length; at++) {
    const letter = letters.charAt(at);
    if (!WITH_VALUE.includes(letter)) {
      out.push(`-${letter}`);
      continue;
    }
    const value = letters.slice(at + 1) || (rest.shift() ?? "");
    if (letter !== "P") out.push(`-${letter}`, value);
    return;
  }
}
