import type { Bash } from "just-bash/browser";

import { bytesFromLatin1 } from "./latin1.ts";

/** A script's output as it comes, and what of it was told. */
export interface LiveOutput {
  /** What the statements that ended have printed. */
  readonly stdout: string;
  readonly stderr: string;
}

export type OnOutput = (chunk: string, stream: "stdout" | "stderr") => void;

/** What is told while a script runs. */
export interface ScriptFollower {
  output: OnOutput;
  /** One of the script's own statements has ended, whether it printed or not. */
  statementEnd(): void;
}

type Transform = Parameters<Bash["registerTransformPlugin"]>[0];
type Script = Parameters<Transform["transform"]>[0]["ast"] & {
  onStatement?: (stdout: string, stderr: string) => void;
};

/**
 * Follows a script's own statements. The call on each comes from a hook that
 * the build puts into the library (scripts/just-bash-hook.ts); where it is not
 * there, nothing is told before the end. Scripts that the script itself runs
 * print into it and are not followed.
 */
export function followOutput(bash: Bash, follower: ScriptFollower): LiveOutput {
  const live = { stdout: "", stderr: "" };
  let isFirst = true;
  bash.registerTransformPlugin({
    name: "live-output",
    transform({ ast }) {
      if (isFirst) {
        (ast as Script).onStatement = (stdout, stderr) => {
          live.stdout += stdout;
          live.stderr += utf8Text(stderr);
          if (stdout !== "") follower.output(stdout, "stdout");
          if (stderr !== "") follower.output(utf8Text(stderr), "stderr");
          follower.statementEnd();
        };
      }
      isFirst = false;
      return { ast };
    },
  });
  return live;
}

/** The library lets bytes through to stderr as one character each; where they are UTF-8 they become the text they are. */
export function utf8Text(text: string): string {
  if (!/[\u0080-\u00ff]/.test(text) || /[\u0100-\uffff]/.test(text)) return text;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytesFromLatin1(text));
  } catch {
    // Not UTF-8: it is text already.
    return text;
  }
}

/**
 * All that a script printed, from what was told and what the library gives at
 * the end. It gives nothing of what came before when it ended the script at its
 * time limit.
 */
export function wholeOutput(told: string, atEnd: string): string {
  return atEnd.startsWith(told) ? atEnd : told + atEnd;
}
