import type { Plugin } from "vite";

/** In the library's loop over a script's statements: what follows a statement's end. */
const STATEMENT_END = "r.appendResult(i,$c(i)),n=i.exitCode";
const WITH_HOOK = "r.appendResult(i,$c(i)),t.onStatement?.($c(i),i.stderr),n=i.exitCode";

/**
 * The shell's library hands over a script's output when the script has ended.
 * This lets it call `onStatement(stdout, stderr)`, when the parsed script has
 * one, as each of its statements ends. It fits version 3.4.2 to the letter and
 * fails the build when the library has changed.
 */
export function justBashHook(): Plugin {
  return {
    name: "okcvm-just-bash-hook",
    transform(code, id) {
      if (!/just-bash\/dist\/bundle\/browser\.js/.test(id)) return null;
      const found = code.split(STATEMENT_END).length - 1;
      if (found !== 1)
        this.error(`just-bash has changed: the place of the hook was found ${found} times, not once.`);
      return { code: code.replace(STATEMENT_END, WITH_HOOK), map: null };
    },
  };
}
