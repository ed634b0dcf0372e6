import type { ErrorValue } from "../../domain/errors.ts";

/** Where a failure is told: at the field it is about, or below all of them. */
export type ProblemPlace = "address" | "branch" | "token" | "form";

export interface GitProblem {
  place: ProblemPlace;
  error: ErrorValue;
}

/** Finds the field that a failed import or push is about. The address was read before, so a wrong argument is the branch. */
export function problemOf(error: ErrorValue, branch: string): GitProblem {
  return { place: placeOf(error, branch), error };
}

function placeOf({ code, message }: ErrorValue, branch: string): ProblemPlace {
  if (code === "unauthorized") return "token";
  if (code === "bad-arguments") return branch === "" ? "form" : "branch";
  if (code !== "not-found") return "form";
  // A repository and a branch in it are missing by the same code; the words name the branch.
  return branch !== "" && message.startsWith(`The repository has no branch ${branch}.`)
    ? "branch"
    : "address";
}
