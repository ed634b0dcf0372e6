import { needsOf } from "./command-needs.ts";

/** What the engine's shell can do, as it was found. */
export interface ShellSkills {
  /** Loops, conditions, substitutions and functions. */
  speaksSh: boolean;
  commands: ReadonlySet<string>;
}

/** What the agent's probe found. */
export interface Probed {
  times: { mtime: boolean; ctime: boolean };
  /** Names in the folders of PATH. */
  commands: string[];
  /** What the shell printed of a script that needs sh; "" when it was not asked. */
  shell: string;
}

/** What `jsh` has without a file of its own in PATH. Source: what StackBlitz lists for it in Bolt's prompt. */
const JSH_BUILTINS =
  "alias cat cd chmod clear code command cp curl echo env exit export false getconf head hostname jq kill ln loadenv ls mkdir mv ps pwd python3 rm rmdir sort source tail touch true uptime wasm which xdg-open xxd".split(
    " ",
  );

/** What every sh has. */
const SH_BUILTINS =
  ": . [ alias bg break cd command continue declare echo eval exec exit export false fg getopts hash jobs kill let local mapfile printf pushd popd pwd read readarray readonly return set shift shopt source test times trap true type typeset ulimit umask unalias unset wait".split(
    " ",
  );

/** What only a WebContainer can run: Node and what comes with it. */
const ONLY_HERE = new Set("node npm npx pnpm pnpx yarn yarnpkg corepack jsh turbo".split(" "));

const SPOKEN = "ok1\nok2\nf3\n";

export function skillsOf(probed: Probed): ShellSkills {
  const speaksSh = probed.shell === SPOKEN;
  return {
    speaksSh,
    commands: new Set([...probed.commands, ...(speaksSh ? SH_BUILTINS : JSH_BUILTINS)]),
  };
}

/** Where a command is to run, decided before any of it has. */
export interface Plan {
  place: "here" | "fallback";
  /** What the engine's shell lacks for it, in words; null when nothing. */
  lacks: string | null;
}

/**
 * A command whose words or syntax the engine's shell lacks runs as a whole in
 * the other shell, on the same files. One that also needs Node stays: no part
 * of a command ever runs in one engine and the rest in the other.
 */
export function planFor(command: string, skills: ShellSkills): Plan {
  const needs = needsOf(command);
  const missing = needs.words.filter((word) => !skills.commands.has(word));
  const lacks = [
    ...(missing.length > 0 ? [missing.join(", ")] : []),
    ...(needs.script && !skills.speaksSh ? ["loops, conditions and substitutions"] : []),
  ].join(", and no ");
  if (lacks === "") return { place: "here", lacks: null };
  return { place: needs.words.some((word) => ONLY_HERE.has(word)) ? "here" : "fallback", lacks };
}

/** True for a command that is known not to have begun: one word, not found, nothing printed. */
export function neverBegan(
  command: string,
  ended: { exitCode: number; stdout: string; stderr: string },
): boolean {
  const isNotFound = /^[\w./-]+: .*(?:command )?not found/.test(ended.stderr);
  return ended.exitCode === 127 && ended.stdout === "" && isNotFound && needsOf(command).single;
}
