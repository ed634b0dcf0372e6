import * as names from "../../src/domain/git/branch-name.ts";

export const HEADS = "refs/heads/";

/** What is wrong with a branch's name that came as bytes, in words; null when Git takes it. */
export function branchNameProblem(name: string): string | null {
  // U+FFFD stands where they were not UTF-8, which no text of a page is.
  return names.branchNameProblem(name) ?? (name.includes("\uFFFD") ? names.NO_NAME : null);
}

/** Words for a branch that lets no other one be. */
export function inTheWay(other: string): string {
  return `the branch ${other} is in the way of that name`;
}
