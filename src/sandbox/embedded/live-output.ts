import type { Bash } from "just-bash/browser";

/** A script's output as it comes, and what of it was told. */
export interface LiveOutput {
  /** What the statements that ended have printed. */
  readonly stdout: string;
  readonly stderr: string;
}

export type OnOutput = (chunk: string, stream: "stdout" | "stderr") => void;

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
export function followOutput(bash: Bash, onOutput: OnOutput): LiveOutput {
  const live = { stdout: "", stderr: "" };
  let isFirst = true;
  bash.registerTransformPlugin({
    name: "live-output",
    transform({ ast }) {
      if (isFirst) {
        (ast as Script).onStatement = (stdout, stderr) => {
          live.stdout += stdout;
          live.stderr += stderr;
          if (stdout !== "") onOutput(stdout, "stdout");
          if (stderr !== "") onOutput(stderr, "stderr");
        };
      }
      isFirst = false;
      return { ast };
    },
  });
  return live;
}

/**
 * All that a script printed, from what was told and what the library gives at
 * the end. It gives nothing of what came before when it ended the script at its
 * time limit.
 */
export function wholeOutput(told: string, atEnd: string): string {
  return atEnd.startsWith(told) ? atEnd : told + atEnd;
}
