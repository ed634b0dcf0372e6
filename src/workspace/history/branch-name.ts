import { OkcvmError } from "../../domain/errors.ts";
import { branchNameProblem, nameInTheWay } from "../../domain/git/branch-name.ts";

/** Checks that Git takes a branch's name, and that it can lie beside the others. Errors: `bad-arguments`. */
export function checkBranchName(name: string, others: readonly string[]): void {
  if (branchNameProblem(name) !== null)
    throw new OkcvmError("bad-arguments", `Git does not take ${JSON.stringify(name)} as a branch name.`);
  const clash = nameInTheWay(name, others);
  if (clash !== null)
    throw new OkcvmError("bad-arguments", `The branch ${name} cannot be beside the branch ${clash}.`);
}
